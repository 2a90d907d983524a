import type { TSchema } from 'typebox';
import { Type } from '../../core/declaring.ts';

const component = (of: string, names: readonly string[], rest: object) =>
  Type.Union([...names.map((name) => Type.Literal(name)), Type.Object({ type: Type.String() }, { additionalProperties: true })], {
    expects: `one of ${names.join(', ')}, or an object with a "type"`,
    description: `${of}, by name or as tokenizer.json describes it.`,
    ...rest,
  });

/** The normalizers that have a name. */
export const normalizerNames = ['none', 'nfc', 'nfd', 'nfkc', 'nfkd', 'lowercase', 'bert', 'bert_uncased'] as const;

const vocabulary = Type.Integer({
  minimum: 1,
  maximum: 1_000_000,
  default: 512,
  description: 'How many ids there are at most, those of special tokens and single characters included.',
});
const least = Type.Integer({ minimum: 1, default: 2, description: 'Pairs that occur less often in the training data are not merged.' });
const longest = (most: number) =>
  Type.Integer({ minimum: 1, maximum: 48, default: most, description: 'No token has more characters than this.' });
const coverage = (rest: object) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'The share of the training data whose characters get an id of their own; the rarest beyond it do not.',
    ...rest,
  });
const special = (names: Readonly<Record<string, string>>) =>
  Type.Record(Type.String({ pattern: '^[a-z]+_token$' }), Type.String({ minLength: 1, maxLength: 100 }), {
    default: names,
    description:
      'Special tokens by the names of special_tokens_map.json; bos_token or cls_token begins a row, eos_token or sep_token ends it.',
  });
const more = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  default: [],
  description: 'More special tokens: a model may use them, no text becomes them.',
});
const normalizer = (name: string) => component('What makes texts alike before they are split', normalizerNames, { default: name });
const closed = <T extends Record<string, TSchema>>(properties: T) => Type.Object(properties, { additionalProperties: false });

/** Settings of the tokenizer `bpe`. */
export const BpeOptions = closed({
  vocabulary,
  alphabet: Type.Union([Type.Literal('bytes'), Type.Literal('characters')], {
    default: 'bytes',
    description: 'What merging begins with: the 256 bytes of UTF-8, or the characters of the training data.',
  }),
  byte_fallback: Type.Optional(
    Type.Boolean({
      description: 'Of characters: whether one without an id is spelled in bytes instead of becoming unk_token; true where it is left out.',
    }),
  ),
  character_coverage: Type.Optional(
    coverage({ description: 'Of characters: the share of the training data whose characters get an id; 0.9995 where it is left out.' }),
  ),
  normalizer: normalizer('none'),
  pretokenizer: Type.Optional(
    component('What splits texts before merging', ['gpt2', 'cl100k', 'o200k', 'metaspace', 'digits', 'none'], {
      description:
        'What splits texts before merging, by name or as tokenizer.json describes it: gpt2 for bytes and metaspace for characters where it is left out.',
    }),
  ),
  min_count: least,
  longest: longest(32),
  special_tokens: special({ bos_token: '<s>', eos_token: '</s>' }),
  more_special_tokens: more,
});

/** Settings of the tokenizer `wordpiece`. */
export const WordPieceOptions = closed({
  vocabulary,
  character_coverage: coverage({ default: 1 }),
  normalizer: normalizer('bert'),
  pretokenizer: component('What splits texts into words', ['bert', 'whitespace', 'spaces'], { default: 'bert' }),
  min_count: least,
  longest: longest(32),
  special_tokens: special({
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  }),
  more_special_tokens: more,
});

/** Settings of the tokenizer `unigram`. */
export const UnigramOptions = closed({
  vocabulary,
  byte_fallback: Type.Boolean({
    default: true,
    description: 'Whether a character without an id is spelled in bytes instead of becoming unk_token.',
  }),
  character_coverage: coverage({ default: 0.9995 }),
  normalizer: normalizer('none'),
  pretokenizer: component('What splits texts', ['metaspace', 'gpt2', 'cl100k', 'o200k', 'none'], { default: 'metaspace' }),
  longest: longest(16),
  special_tokens: special({ unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>' }),
  more_special_tokens: more,
});

/** Settings of the tokenizer `tokenizer`. */
export const TokenizerOptions = closed({
  from: Type.String({
    minLength: 1,
    description:
      "Somebody's tokenizer: a tokenizer.json, a tiktoken rank file, a SentencePiece model, a vocab.txt, a vocab.json beside its merges.txt, or a folder with one; relative to the pipeline's file.",
  }),
  encoding: Type.Optional(
    Type.String({ description: 'Of a rank file: which encoding splits the text (cl100k_base), where the name of the file does not say.' }),
  ),
  special_tokens: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z]+_token$' }), Type.String({ minLength: 1 }), {
      description: 'Special tokens by the names of special_tokens_map.json, over what the files say.',
    }),
  ),
});
