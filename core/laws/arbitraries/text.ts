import fc, { type Arbitrary } from 'fast-check';

/** What breaks tokenizers: half surrogates, marks that combine, families of emoji, letters that grow when their case changes, right-to-left, what cannot be seen. */
const HARD = [
  '\ud800',
  '\udfff',
  '\0',
  '\u0001',
  '\u007f',
  '\ufeff',
  '\ufffd',
  '\uffff',
  '\u{10ffff}',
  'e\u0301',
  'é',
  '\u0301',
  'ﬁ',
  'ß',
  'İ',
  'ǅ',
  'σς',
  '각',
  '\u1100\u1161',
  '漢字',
  '𝒳',
  '😀',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🇫🇷',
  '👍🏽',
  'שלום',
  'مرحبا',
  '\u202e',
  '\u200d',
  '\u200b',
  '\u00a0',
  '\u2028',
  '\u3000',
  'ไทย',
  'नमस्ते',
];

/** What tokenizers give a meaning of their own. */
const MEANT = ['<s>', '</s>', '<unk>', '<pad>', '[MASK]', '<|endoftext|>', '▁', 'Ġ', '##', '@@', '\\', '"', '\r\n', '\n', '\t', '  ', ' '];

const PLAIN = ['a', 'b', 'the', ' the', 'The', 'Don’t', "don't", '0', '42', '3.14', ',', '.', '…', 'x', 'ing', ' ', 'ä'];

/** Texts of hard and plain pieces; they shrink to one piece, and that to a plain one. */
export const text = (pieces: readonly string[] = [], most = 8): Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...PLAIN, ...pieces) },
        { weight: 3, arbitrary: fc.constantFrom(...HARD) },
        { weight: 1, arbitrary: fc.constantFrom(...MEANT) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit)) },
      ),
      { maxLength: most, size: 'max' },
    )
    .map((parts) => parts.join(''));
