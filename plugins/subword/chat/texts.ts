/** White space as Python's str knows it. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const before = new RegExp(`^[${SPACE}]+`);
const spaces = new RegExp(`[${SPACE}]+`);
const isSpace = new RegExp(`^[${SPACE}]$`);
const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** A text without what stands at its sides: white space, or any of `letters`. */
export const stripped = (value: string, letters: string | undefined, side: 'both' | 'left' | 'right'): string => {
  const units = Array.from(value);
  const goes = letters === undefined ? (one: string) => isSpace.test(one) : (one: string) => letters.includes(one);
  let [from, to] = [0, units.length];
  if (side !== 'right') while (from < to && goes(units[from]!)) from++;
  if (side !== 'left') while (to > from && goes(units[to - 1]!)) to--;
  return units.slice(from, to).join('');
};

const run = new RegExp(`[${SPACE}]*`, 'y');

/** Where white space that begins at `at` ends. */
export const afterSpace = (value: string, at: number): number => {
  run.lastIndex = at;
  return at + run.exec(value)![0].length;
};

const IOTA = '\u0345';

/** A letter as it begins a word: ﬁ as Fi, ǆ as ǅ. */
const titleLetter = (letter: string): string => {
  const code = letter.codePointAt(0) ?? 0;
  for (const first of [0x1c4, 0x1c7, 0x1ca, 0x1f1]) if (code >= first && code < first + 3) return String.fromCodePoint(first + 1);
  if ((code >= 0x10d0 && code <= 0x10ff) || letter === '') return letter; // Georgian has great letters for whole words alone
  const apart = letter.normalize('NFD');
  if (apart.endsWith(IOTA)) {
    const made = apart.slice(0, -1).normalize().toUpperCase() + IOTA;
    return made.includes('\u0342') ? made : made.normalize();
  }
  const [great = '', ...more] = letter.toUpperCase();
  return great + (letter === 'ŉ' ? more.join('') : more.join('').toLowerCase());
};

/** The first letter as it begins a word, all others small. */
export const capitalized = (value: string): string => {
  const [first = '', ...rest] = value;
  return titleLetter(first) + rest.join('').toLowerCase();
};

/** Each word, as Jinja's `title` divides them, with a great letter first. */
export const titled = (value: string): string =>
  value
    .split(new RegExp(`([-${SPACE}({\\[<]+)`))
    .filter((part) => part !== '')
    .map((part) => {
      const [first = '', ...rest] = part;
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');

/** Each run of letters with a great one first, as Python's str.title has it. */
export const titledByLetters = (value: string): string => value.replace(/\p{Cased}+/gu, capitalized);

/** The lines of a text without their ends. */
export const linesOf = (value: string): string[] => {
  const lines = value.split(lineEnd);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** What stands between separators, or between white space; at most so many cuts. */
export const splitBy = (value: string, separator: string | undefined, most: number): string[] => {
  if (separator === '') throw new Error('split() takes no empty separator');
  const parts: string[] = [];
  let rest = separator === undefined ? value.replace(before, '') : value;
  while (most < 0 || parts.length < most) {
    const found = separator === undefined ? spaces.exec(rest) : undefined;
    const at = separator === undefined ? (found?.index ?? -1) : rest.indexOf(separator);
    if (at < 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (separator?.length ?? found![0].length));
  }
  return separator === undefined && rest === '' ? parts : [...parts, rest];
};

/** A text with so many of the first places of `old` replaced; all where `most` is below 0. */
export const replaced = (value: string, old: string, by: string, most: number): string => {
  if (most < 0 && old !== '') return value.split(old).join(by);
  const parts = old === '' ? ['', ...value, ''] : value.split(old);
  const count = most < 0 ? parts.length - 1 : Math.min(most, parts.length - 1);
  return parts.slice(0, count + 1).join(by) + (count + 1 < parts.length ? old + parts.slice(count + 1).join(old) : '');
};

/** A text with the digits of every script as 0 to 9; each script has its ten in a row. */
const inDigits = (value: string): string =>
  value.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    let first = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
    return String((code - first) % 10);
  });

/** A whole number that a text spells, in Python's way. */
export const wholeOf = (value: string): number | undefined => {
  const plain = inDigits(stripped(value, undefined, 'both'));
  return /^[+-]?\d+(_\d+)*$/.test(plain) ? Number(plain.replaceAll('_', '')) : undefined;
};

/** A number that a text spells, in Python's way. */
export const numberOf = (value: string): number | undefined => {
  const plain = inDigits(stripped(value, undefined, 'both'))
    .replace(/(?<=\d)_(?=\d)/g, '')
    .toLowerCase();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(plain)) return Number(plain);
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(plain);
  return special
    ? special[2] === 'nan'
      ? Number.NaN
      : special[1] === '-'
        ? Number.NEGATIVE_INFINITY
        : Number.POSITIVE_INFINITY
    : undefined;
};
