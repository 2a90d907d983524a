import { createRandom } from '../../../core/index.ts';

const again =
  (part: string) =>
  (length: number): string =>
    part.repeat(Math.ceil(length / part.length)).slice(0, length);

const between =
  (low: number, high: number) =>
  (length: number): string => {
    const random = createRandom(low);
    let out = '';
    while (out.length < length) out += String.fromCodePoint(low + Math.floor(random() * (high - low)));
    return out;
  };

const bytes = (encoding: 'latin1' | 'utf8') => (length: number) => {
  const random = createRandom(1);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))).toString(encoding);
};

/** Texts of so many code units: of many scripts, and of the kinds that a slow way to cut, merge or look up would be slow on. */
export const scripts: Readonly<Record<string, (length: number) => string>> = {
  latin: again('The quick brown fox jumps over the lazy dog. '),
  french: again('L’été dernier, nous étions à la plage — déjà. '),
  chinese: between(0x4e00, 0x9fa0),
  thai: again('สวัสดีครับ'),
  arabic: again('مرحبا بالعالم '),
  devanagari: again('नमस्ते दुनिया '),
  hangul: again('안녕하세요 세계 '),
  'letters of hangul': between(0x1100, 0x11ff),
  emoji: between(0x1f600, 0x1f64f),
  families: again('👨‍👩‍👧'),
  flags: between(0x1f1e6, 0x1f1ff),
  'one mark': again('\u0301'),
  marks: between(0x300, 0x36f),
  'marks out of order': again('\u0315\u0316'),
  'marked vowels': again('\u0f71\u0f72\u093e'),
  'marked letters': again('e\u0301'),
  'random bytes': bytes('latin1'),
  'random bytes, mended': bytes('utf8'),
  'one letter': again('a'),
  'one word': between(97, 123),
  'a word and a sign': (length) => `${'a'.repeat(length - 1)}!`,
  spaces: again(' '),
  'spaces inside': (length) => `a${' '.repeat(length - 2)}b`,
  newlines: again('\n'),
  'spaces and newlines': again(' \n'),
  'returns and newlines': again('\r\n'),
  tabs: again('\t'),
  digits: between(48, 58),
  signs: between(33, 48),
  'one sign': again('!'),
  contractions: again("'s"),
  capitals: again('aB'),
  'marks of spaces': again('▁'),
  'any characters': between(0, 0xd800),
  'far characters': between(0x10000, 0x10ffff),
};
