/** The ranges that a list in hexadecimal tells: `7fd 897-89f`. */
export const rangesOf = (list: string): readonly (readonly [low: number, high: number])[] =>
  Array.from(list.matchAll(/([\da-f]+)(?:-([\da-f]+))?/g), ([, low, high]) => [
    Number.parseInt(low!, 16),
    Number.parseInt(high ?? low!, 16),
  ]);

/** \p{L}. */
export const LETTER = 1;
/** \p{N}. */
export const NUMBER = 2;
/** \p{White_Space}. */
export const SPACE = 4;
/** What \w means to Rust: letters, marks, decimal digits, connectors and joiners. */
export const WORD = 8;

const sources: readonly (readonly [number, string])[] = [
  [LETTER, '\\p{L}'],
  [NUMBER, '\\p{N}'],
  [SPACE, '\\p{White_Space}'],
  [WORD, '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]'],
];

/** Characters that Unicode 16, which the Rust library reads, did not have yet. */
const LATER = rangesOf(`
  88f c5c cdc 1acf-1add 1ae0-1aeb 20c1 2b96 a7ce-a7cf a7d2 a7d4 a7f1 fbc3-fbd2 fd90-fd91 fdc8-fdce 10940-10959 10ec5-10ec7 10ed0-10ed8
  10efa-10efb 11b60-11b67 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1ccfa-1ccfc
  1ceba-1ced0 1cee0-1cef0 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8 1f777-1f77a 1f8d0-1f8d8 1fa54-1fa57 1fa8a 1fa8e 1fac8 1facd 1faea
  1faef 1fbfa 2b73a-2b73f 2cea2-2cead 323b0-33479
`);
/** A letter that was a small one then, and one that still is. */
const [ONCE_SMALL, SMALL] = [0x295, 0x296];

/** All code points of one plane as text, as Unicode 16 knew them: later ones are left out as the plane's last, which is no character, and lone surrogates as U+FFFD. */
const spelled = (plane: number): string => {
  const units = new Uint16Array(plane === 0 ? 0x10000 : 0x20000);
  for (let low = 0; low < 0x10000; low++) {
    if (plane === 0) units[low] = low >= 0xd800 && low <= 0xdfff ? 0xfffd : low;
    else {
      const offset = (plane - 1) * 0x10000 + low;
      units[2 * low] = 0xd800 + (offset >> 10);
      units[2 * low + 1] = 0xdc00 + (offset & 0x3ff);
    }
  }
  const step = plane === 0 ? 1 : 2;
  for (const [low, high] of LATER)
    for (let at = low & 0xffff; low >> 16 === plane && at <= (high & 0xffff); at++)
      units.copyWithin(step * at, step * 0xffff, step * 0x10000);
  if (plane === 0) units[ONCE_SMALL] = SMALL;
  return Buffer.from(units.buffer).toString('utf16le');
};

/** Marks in `table` with `flag` the code points of `plane` that match `source`, one character of a regular expression. */
export const markPlane = (table: Uint8Array, plane: number, source: string, flag: number): void => {
  const step = plane === 0 ? 1 : 2;
  for (const match of spelled(plane).matchAll(new RegExp(`(?:${source})+`, 'gu'))) {
    const from = match.index / step;
    const to = from + match[0].length / step;
    for (let low = from; low < to; low++) table[low] = table[low]! | flag;
  }
  if (plane === 0) table.fill(0, 0xd800, 0xe000);
};

const planes: (Uint8Array | undefined)[] = [];

const build = (plane: number): Uint8Array => {
  const table = new Uint8Array(0x10000);
  for (const [flag, source] of sources) markPlane(table, plane, source, flag);
  planes[plane] = table;
  return table;
};

/** The classes of the basic plane, one byte a code unit, for loops over text. */
export const basicClasses = (): Uint8Array => planes[0] ?? build(0);

/** A code point's classes, as flags; a lone surrogate has none. */
export const classOf = (codePoint: number): number => (planes[codePoint >> 16] ?? build(codePoint >> 16))[codePoint & 0xffff]!;

/** Whether a surrogate pair stands at `at`. */
export const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xd800 && at + 1 < text.length && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;

/** Where the character at `at` ends. */
export const after = (text: string, at: number): number => at + (isPair(text, at) ? 2 : 1);

/** White space as White_Space has it; JavaScript's own \s takes U+FEFF and misses U+0085. */
export const isSpace = (codePoint: number): boolean => codePoint < 0x10000 && (basicClasses()[codePoint]! & SPACE) !== 0;
