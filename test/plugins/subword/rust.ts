import { createRandom } from '../../../core/index.ts';

/** A BPE that merges nothing. */
export const bareBpe = {
  type: 'BPE',
  dropout: null,
  unk_token: null,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  vocab: { a: 0 },
  merges: [],
};

/** A tokenizer.json with no more than it must have, and `parts`. */
export const bareJson = (parts: object): string =>
  JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: bareBpe,
    ...parts,
  });

/** Every character of Unicode below `end`, in lists of so many. */
export const everyCharacter = function* (count: number, end = 0x110000): Generator<readonly string[]> {
  for (let low = 0; low < end; low += count)
    if (low < 0xd800 || low > 0xdfff) yield Array.from({ length: count }, (_, i) => String.fromCodePoint(low + i));
};

/** Characters that hang together, or just do not: marks, joiners, letters of Hangul, flags, lines. */
export const clinging = [
  ...'aé1 字ク한ア가각각☕©👨👩🏽🇫🇷ﬁ①Å½ſक\u0958א\u0e01\u0e33\u0600\u093e\u094d\u0301\u0327\u05b0\u20e3\u3099\u309a\uff9e\ufe0f',
  ...'\u200c\u200d\u00ad\u2028\ufeff\u3000\r\n\u{e0061}\u{1f3f4}\u{110bd}\u0344',
  '\r\n',
  '👨\u200d👩',
  '\u1e9b\u0323',
];

/** So many texts of up to `most` parts drawn from a list. */
export const drawn = function* (parts: readonly string[], count: number, most: number, seed = 1): Generator<string> {
  const random = createRandom(seed);
  for (let i = 0; i < count; i++)
    yield Array.from({ length: 1 + Math.floor(random() * most) }, () => parts[Math.floor(random() * parts.length)]!).join('');
};
