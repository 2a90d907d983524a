import type { BpeParts } from '../model/bpe.ts';
import type { UnigramParts } from '../model/unigram.ts';
import type { PackedVocabulary } from '../model/vocabulary.ts';
import type { WordLevelParts } from '../model/word-level.ts';
import type { WordPieceParts } from '../model/word-piece.ts';
import type { AddedToken } from './added-tokens.ts';

/** How long a text may become, in the words of tokenizer.json. */
export interface Truncation {
  readonly max_length: number;
  readonly stride: number;
  readonly strategy: 'LongestFirst' | 'OnlyFirst' | 'OnlySecond';
  readonly direction: 'Left' | 'Right';
}

/** How texts are made equally long, in the words of tokenizer.json. */
export interface Padding {
  readonly strategy: 'BatchLongest' | { readonly Fixed: number };
  readonly direction: 'Left' | 'Right';
  readonly pad_to_multiple_of: number | null;
  readonly pad_id: number;
  readonly pad_type_id: number;
  readonly pad_token: string;
}

/** The ids that have a meaning of their own. */
export interface Roles {
  readonly start?: number;
  readonly stop?: number;
  readonly unknown?: number;
  readonly mask?: number;
  readonly padding?: number;
}

/** What is put before rows that are priced or learned from, and before prompts. */
export interface Prefix {
  readonly rows: readonly number[];
  readonly prompts: readonly number[];
}

/** A tokenizer ready to run: plain values and typed arrays, so that a thread makes it and hands it over. */
export interface Compiled {
  readonly vocabulary: PackedVocabulary;
  /** Ids of added tokens that the model itself has not, so that it gives them to no text. */
  readonly beside: Int32Array<ArrayBuffer>;
  readonly model: BpeParts | WordPieceParts | UnigramParts | WordLevelParts;
  /** Components in the Hugging Face format, checked. */
  readonly normalizer: unknown;
  readonly preTokenizer: unknown;
  readonly postProcessor: unknown;
  readonly decoder: unknown;
  /** No token has a ▁ after another letter, so pieces may be cut before each ▁. */
  readonly cutsAtSpaces: boolean;
  readonly added: readonly AddedToken[];
  readonly roles: Roles;
  readonly prefix: Prefix;
  readonly truncation: Truncation | undefined;
  readonly padding: Padding | undefined;
  /** Chat templates by name; `default` is the usual one. */
  readonly chatTemplates: Readonly<Record<string, string>>;
  /** The texts of the special tokens by the names of special_tokens_map.json: `bos_token`. */
  readonly names: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}
