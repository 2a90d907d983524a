import type { Static } from 'typebox';
import { errors } from '../errors.ts';
import { specialNames } from '../files/roles.ts';
import type { BpeOptions, normalizerNames, UnigramOptions, WordPieceOptions } from '../options.ts';
import { encodings } from '../split/scanners.ts';

/** A component as tokenizer.json describes it. */
export type Component = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What a trainer is to learn, decided before it sees a text. */
export interface Plan {
  readonly kind: 'BPE' | 'WordPiece' | 'Unigram';
  readonly vocabulary: number;
  /** Merging begins with bytes; otherwise with characters, of which so large a share gets an id. */
  readonly bytes: boolean;
  readonly coverage: number;
  readonly byteFallback: boolean;
  readonly least: number;
  readonly longest: number;
  /** By the names of special_tokens_map.json. */
  readonly names: Readonly<Record<string, string>>;
  /** Their texts and those of more, each once, in the order of their ids. */
  readonly special: readonly string[];
  readonly normalizer: Component | null;
  readonly preTokenizer: Component | null;
  readonly decoder: Component | null;
}

const named: Readonly<Record<(typeof normalizerNames)[number], Component | null>> = {
  none: null,
  nfc: { type: 'NFC' },
  nfd: { type: 'NFD' },
  nfkc: { type: 'NFKC' },
  nfkd: { type: 'NFKD' },
  lowercase: { type: 'Lowercase' },
  bert: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: false, lowercase: false },
  bert_uncased: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
};

const normalizerOf = (told: string | Component): Component | null => (typeof told === 'string' ? named[told as keyof typeof named] : told);

const several = (type: string, key: string, parts: readonly (Component | null)[]): Component | null => {
  const made = parts.filter((part) => part !== null);
  return made.length > 1 ? { type, [key]: made } : (made[0] ?? null);
};
const normalizers = (...parts: readonly (Component | null)[]) => several('Sequence', 'normalizers', parts);
const preTokenizers = (...parts: readonly (Component | null)[]) => several('Sequence', 'pretokenizers', parts);

const split = (pattern: string): Component => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false });
const byteLevel = (use_regex: boolean): Component => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex });
const digits: Component = { type: 'Digits', individual_digits: true };
const patterns: Readonly<Record<string, string>> = {
  gpt2: encodings.gpt2!,
  cl100k: encodings.cl100k_base!,
  o200k: encodings.o200k_base!,
};

const specialsOf = ({
  special_tokens,
  more_special_tokens,
}: Pick<Static<typeof UnigramOptions>, 'special_tokens' | 'more_special_tokens'>) => {
  const known = Object.keys(specialNames);
  for (const name of Object.keys(special_tokens)) if (!known.includes(name)) throw errors.UNKNOWN_ROLE(name, known);
  return { names: special_tokens, special: [...new Set([...Object.values(special_tokens), ...more_special_tokens])] };
};

const unknownOf = (names: Readonly<Record<string, string>>): void => {
  if (names.unk_token === undefined) throw errors.NO_UNKNOWN();
};

/** Bytes, by GPT-2's letters for them. */
const ofBytes = (told: string | Component): Pick<Plan, 'preTokenizer' | 'decoder'> => {
  if (told === 'metaspace') throw errors.MISFIT('pretokenizer', 'metaspace', 'the alphabet "bytes", in which ▁ is three bytes');
  return {
    preTokenizer: told === 'gpt2' ? byteLevel(true) : preTokenizers(splitting(told), byteLevel(false)),
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  };
};

/** How text is split before it is learned from: not, by a known pattern, or as a component says. */
const splitting = (told: string | Component): Component | null => {
  if (told === 'none') return null;
  if (told === 'digits') return preTokenizers(digits, split(patterns.gpt2!));
  return typeof told === 'string' ? split(patterns[told]!) : told;
};

/** Characters: with ▁ for spaces and one before the text, as SentencePiece does, or as they stand. */
const ofCharacters = (told: string | Component, normalizer: Component | null): Pick<Plan, 'normalizer' | 'preTokenizer' | 'decoder'> => {
  const bytes: Component = { type: 'ByteFallback' };
  const fuse: Component = { type: 'Fuse' };
  if (told === 'metaspace')
    return {
      normalizer: normalizers(normalizer, { type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }),
      preTokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'never', split: true },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          bytes,
          fuse,
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
    };
  return { normalizer, preTokenizer: splitting(told), decoder: { type: 'Sequence', decoders: [bytes, fuse] } };
};

/** Throws SMALL_VOCABULARY where there is no room for what is there before anything is learned: special tokens and bytes. */
const roomFor = (special: readonly string[], bytes: boolean, vocabulary: number): void => {
  const least = special.length + (bytes ? 256 : 0);
  if (vocabulary < least) throw errors.SMALL_VOCABULARY(vocabulary, least);
};

/** The plan of `bpe`; throws MISFIT for settings that do not go together, or SMALL_VOCABULARY. */
export const planBpe = (options: Static<typeof BpeOptions>): Plan => {
  const bytes = options.alphabet === 'bytes';
  if (bytes)
    for (const key of ['byte_fallback', 'character_coverage'] as const)
      if (options[key] !== undefined) throw errors.MISFIT(key, String(options[key]), 'the alphabet "bytes", which leaves no character out');
  const { names, special } = specialsOf(options);
  const byteFallback = !bytes && (options.byte_fallback ?? true);
  if (!bytes && !byteFallback) unknownOf(names);
  roomFor(special, bytes || byteFallback, options.vocabulary);
  const normalizer = normalizerOf(options.normalizer as string | Component);
  const told = (options.pretokenizer ?? (bytes ? 'gpt2' : 'metaspace')) as string | Component;
  return {
    kind: 'BPE',
    vocabulary: options.vocabulary,
    bytes,
    coverage: options.character_coverage ?? (bytes ? 1 : 0.9995),
    byteFallback,
    least: options.min_count,
    longest: options.longest,
    names,
    special,
    ...(bytes ? { normalizer, ...ofBytes(told) } : ofCharacters(told, normalizer)),
  };
};

/** The plan of `wordpiece`; throws SMALL_VOCABULARY. */
export const planWordPiece = (options: Static<typeof WordPieceOptions>): Plan => {
  const { names, special } = specialsOf(options);
  unknownOf(names);
  roomFor(special, false, options.vocabulary);
  const told = options.pretokenizer as string | Component;
  const words: Readonly<Record<string, Component>> = {
    bert: { type: 'BertPreTokenizer' },
    whitespace: { type: 'Whitespace' },
    spaces: { type: 'WhitespaceSplit' },
  };
  return {
    kind: 'WordPiece',
    vocabulary: options.vocabulary,
    bytes: false,
    coverage: options.character_coverage,
    byteFallback: false,
    least: options.min_count,
    longest: options.longest,
    names,
    special,
    normalizer: normalizerOf(options.normalizer as string | Component),
    preTokenizer: typeof told === 'string' ? words[told]! : told,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: false },
  };
};

/** The plan of `unigram`; throws SMALL_VOCABULARY. */
export const planUnigram = (options: Static<typeof UnigramOptions>): Plan => {
  const { names, special } = specialsOf(options);
  unknownOf(names);
  roomFor(special, options.byte_fallback, options.vocabulary);
  return {
    kind: 'Unigram',
    vocabulary: options.vocabulary,
    bytes: false,
    coverage: options.character_coverage,
    byteFallback: options.byte_fallback,
    least: 1,
    longest: options.longest,
    names,
    special,
    ...ofCharacters(options.pretokenizer as string | Component, normalizerOf(options.normalizer as string | Component)),
  };
};
