import { type CharSet, complement, escaped, intersection, listed, union } from '../pattern/char-set.ts';
import { after } from './classes.ts';

const CARRIAGE_RETURN = 1;
const CONTROL = 2;
const EXTEND = 3;
const JOINER = 4;
const SPACING = 5;
const PREPEND = 6;
const REGIONAL = 7;
const LEADING = 8;
const VOWEL = 9;
const TRAILING = 10;
const OPEN_SYLLABLE = 11;
const CLOSED_SYLLABLE = 12;
const PICTURE = 13;
const LINE_FEED = 14;

/** Spacing marks that do not belong to what stands before them. */
const APART = '102b-102c 1038 1062-1064 1067-106d 1083 1087-108c 108f 109a-109c 1a61 1a63-1a64 aa7b aa7d 11720-11721';

/** What a character is to the rules, the first set that holds it; all others stand alone. */
const kinds: readonly (readonly [number, CharSet])[] = [
  [CARRIAGE_RETURN, listed('d')],
  [LINE_FEED, listed('a')],
  [JOINER, listed('200d')],
  [PREPEND, listed('600-605 6dd 70f 890-891 8e2 d4e 110bd 110cd 111c2-111c3 113d1 1193f 11941 11a84-11a89 11d46 11f02')],
  [EXTEND, union([escaped('\\p{Grapheme_Extend}'), escaped('\\p{Emoji_Modifier}'), listed('e0020-e007f')])],
  [SPACING, union([intersection([escaped('\\p{Mc}'), complement(listed(APART))]), listed('e33 eb3')])],
  [CONTROL, union([escaped('[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]'), listed('e0000 e0002-e001f e0080-e00ff e01f0-e0fff 2065 fff0-fff8')])],
  [REGIONAL, escaped('\\p{Regional_Indicator}')],
  [LEADING, listed('1100-115f a960-a97c')],
  [VOWEL, listed('1160-11a7 d7b0-d7c6')],
  [TRAILING, listed('11a8-11ff d7cb-d7fb')],
  [PICTURE, escaped('\\p{Extended_Pictographic}')],
];

const planes: (Uint8Array | undefined)[] = [];

const build = (plane: number): Uint8Array => {
  const table = new Uint8Array(0x10000);
  for (const [kind, set] of kinds.toReversed()) {
    const members = set.plane(plane);
    for (let low = 0; low < 0x10000; low++) if (members[low] === 1) table[low] = kind;
  }
  if (plane === 0) for (let low = 0xac00; low <= 0xd7a3; low++) table[low] = (low - 0xac00) % 28 === 0 ? OPEN_SYLLABLE : CLOSED_SYLLABLE;
  planes[plane] = table;
  return table;
};

const kindOf = (codePoint: number): number => (planes[codePoint >> 16] ?? build(codePoint >> 16))[codePoint & 0xffff]!;

/** Whether no place to cut lies between a character and the next: the rules of Unicode's annex 29, without that for Indic conjuncts. */
const joined = (one: number, next: number, picture: boolean, regionals: number): boolean => {
  if (one === CARRIAGE_RETURN) return next === LINE_FEED;
  if (one === CONTROL || one === LINE_FEED || next === CONTROL || next === CARRIAGE_RETURN || next === LINE_FEED) return false;
  if (next === EXTEND || next === JOINER || next === SPACING || one === PREPEND) return true;
  if (one === LEADING) return next === LEADING || next === VOWEL || next === OPEN_SYLLABLE || next === CLOSED_SYLLABLE;
  if (one === VOWEL || one === OPEN_SYLLABLE) return next === VOWEL || next === TRAILING;
  if (one === TRAILING || one === CLOSED_SYLLABLE) return next === TRAILING;
  if (one === JOINER) return picture && next === PICTURE;
  return one === REGIONAL && next === REGIONAL && regionals % 2 === 1;
};

/** Where the user-perceived character that begins at `at` ends. V8's own segmenter takes time in line with the square of a text. */
export const afterGrapheme = (text: string, at: number): number => {
  let one = kindOf(text.codePointAt(at)!);
  let picture = one === PICTURE;
  let regionals = one === REGIONAL ? 1 : 0;
  let end = after(text, at);
  while (end < text.length) {
    const next = kindOf(text.codePointAt(end)!);
    if (!joined(one, next, picture, regionals)) break;
    picture = next === PICTURE || (picture && (next === EXTEND || next === JOINER));
    if (next === REGIONAL) regionals++;
    one = next;
    end = after(text, end);
  }
  return end;
};
