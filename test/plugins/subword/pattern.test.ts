import { Tokenizer as RustTokenizer } from 'tokenizers';
import { describe, expect, it } from 'vitest';
import { Fields } from '../../../plugins/subword/fields.ts';
import { Pattern } from '../../../plugins/subword/pattern/pattern.ts';
import { type Cut, makePreTokenizer } from '../../../plugins/subword/split/pre-tokenizer.ts';
import { bareJson, clinging, drawn, everyCharacter } from './rust.ts';

/** Texts that hold every character of Unicode beside letters; less the far ideographs and private planes outside the deep tier. */
const FAR = process.env.STAGEWRIGHT_DEEP ? 0x110000 : 0x20000;
const texts = [
  ...Array.from(everyCharacter(0x800, FAR), (characters) => characters.map((one) => `a${one}`).join('')),
  'b',
  ...drawn(clinging, 300, 8),
];

const split = (Regex: string) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });

const ours = (cuts: readonly Cut[], text: string): readonly string[] => {
  const out: string[] = [];
  const step = (at: number, piece: string): void => {
    const cut = cuts[at];
    if (piece === '') return;
    if (!cut) out.push(piece);
    else if (cut.kind === 'rewrite') step(at + 1, cut.normalizer.apply(piece));
    else cut.divide(piece, (start, end) => step(at + 1, piece.slice(start, end)));
  };
  step(0, text);
  return out;
};

/** The first texts, cut short, that the two divide otherwise. */
const off = (preTokenizer: unknown): readonly string[] => {
  const theirs = RustTokenizer.fromString(bareJson({ pre_tokenizer: preTokenizer })).getPreTokenizer()!;
  const cuts = makePreTokenizer(new Fields(preTokenizer, 'pre_tokenizer'));
  const parted: string[] = [];
  for (const text of texts) {
    const [mine, rust] = [ours(cuts, text), theirs.preTokenizeString(text).map(([piece]) => piece)];
    const at = mine.findIndex((piece, i) => piece !== rust[i]);
    if (mine.length !== rust.length || at >= 0)
      parted.push(`${JSON.stringify(mine.slice(at, at + 3))} for ${JSON.stringify(rust.slice(at, at + 3))}`);
  }
  return parted.slice(0, 5);
};

const classes = [
  'alpha',
  'alnum',
  'ascii',
  'digit',
  'graph',
  'lower',
  'print',
  'upper',
  'space',
  'blank',
  'punct',
  'cntrl',
  'xdigit',
  'word',
];
const properties = [
  'L M N P S Z C Lu Ll Lt Lm Lo LC Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn Any Assigned',
  'Han Hiragana Katakana Latin Greek Cyrillic Thai Hangul Arabic Devanagari Hebrew han old_italic Latn Hira Common Inherited',
  'Alphabetic White_Space Uppercase Lowercase Emoji Extended_Pictographic Ideographic Math ID_Start XID_Continue Cased Case_Ignorable',
  'letter uppercase-letter decimalnumber Grapheme_Extend Default_Ignorable_Code_Point Quotation_Mark Join_Control word alpha Punct',
].flatMap((line) => line.split(' '));

describe('what patterns match, of every character what it is to the Rust original', () => {
  it.each([
    '\\w',
    '\\W',
    '\\d',
    '\\D',
    '\\s',
    '\\S',
    '\\h',
    '\\H',
    '.',
    '\\b',
    '\\B',
    '\\R',
    '\\N',
    '\\O',
    '[\\w]',
    '[^\\w\\s]',
    '[\\W]',
    '(?<!\\w)a',
    '\\w+\\b',
  ])('%s', (pattern) => {
    expect(off(split(pattern))).toEqual([]);
  });

  it.each(classes)('[[:%s:]]', (name) => {
    expect(off(split(`[[:${name}:]]`))).toEqual([]);
    expect(off(split(`[^[:^${name}:]a]`))).toEqual([]);
  });

  it.each(properties)('\\p{%s}', (name) => {
    expect(off(split(`\\p{${name}}`))).toEqual([]);
    if (process.env.STAGEWRIGHT_DEEP) expect(off(split(`\\P{${name}}+`))).toEqual([]);
  });

  it.each([
    '(?i)s',
    '(?i)k',
    '(?i)å',
    '(?i)θ',
    '(?i)ς',
    '(?i)[a-z]',
    '(?i)[^a-z]',
    '(?i)[à-ÿ\\x{400}-\\x{500}]',
    '(?i)\\p{Lu}',
    '(?i)[[:upper:]]',
    '(?i)[^\\p{Ll}]',
    '(?i:[ks])a',
  ])('%s', (pattern) => {
    expect(off(split(pattern))).toEqual([]);
  });

  it.each([
    { type: 'BertPreTokenizer' },
    { type: 'Punctuation', behavior: 'Isolated' },
    { type: 'Digits', individual_digits: true },
    { type: 'Whitespace' },
    { type: 'WhitespaceSplit' },
  ])('%j', (preTokenizer) => {
    expect(off(preTokenizer)).toEqual([]);
  });

  it('escapes that need memory, and unknown names, are refused', () => {
    for (const pattern of ['\\X', '\\p{Nope}', '[[:nope:]]', '[\\R]'])
      expect(() => new Pattern(pattern), pattern).toThrow(expect.objectContaining({ code: 'PATTERN_SYNTAX' }));
  });
});
