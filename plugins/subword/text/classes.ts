/** \p{L}. */
export const LETTER = 1;
/** \p{N}. */
export const NUMBER = 2;
/** \p{White_Space}. */
export const SPACE = 4;
/** \p{P}. */
export const PUNCTUATION = 8;
/** What \w means outside JavaScript: letters, marks, decimal digits, connectors and joiners. */
export const WORD = 16;

const sources: readonly (readonly [number, string])[] = [
  [LETTER, '\\p{L}'],
  [NUMBER, '\\p{N}'],
  [SPACE, '\\p{White_Space}'],
  [PUNCTUATION, '\\p{P}'],
  [WORD, '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]'],
];

/** All code points of one plane as text; lone surrogates, which no text holds, are left out as U+FFFD. */
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
