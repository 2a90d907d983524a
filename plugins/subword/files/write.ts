import type { AddedToken } from '../engine/added-tokens.ts';
import { Fields } from '../fields.ts';
import { listMerges } from './merges.ts';
import type { Config, Spec } from './spec.ts';
import { readVocabulary } from './vocabulary.ts';

/** The model in the words of the Hugging Face format: ranks become merges. */
const modelOf = (value: unknown): unknown => {
  const model = new Fields(value, 'model');
  if (!model.has('ranks')) return value;
  const { ranks, ...rest } = value as { readonly ranks: readonly unknown[] };
  return {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    ...rest,
    merges: listMerges(ranks, readVocabulary(model).entries),
  };
};

const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'longest')
      .map(([key, part]) => [key, plain(part)]),
  );
};

/** tokenizer.json, tokenizer_config.json and special_tokens_map.json as Hugging Face libraries load them, by name. */
export const writeFiles = (
  spec: Spec,
  config: Config,
  names: Readonly<Record<string, string>>,
  added: readonly AddedToken[],
): Readonly<Record<string, Uint8Array>> => {
  const bytes = (value: unknown, indent?: number) => Buffer.from(`${JSON.stringify(value, null, indent)}\n`);
  return {
    'tokenizer.json': bytes({
      version: '1.0',
      truncation: spec.truncation ?? null,
      padding: spec.padding ?? null,
      added_tokens: [...added].sort((one, other) => one.id - other.id),
      normalizer: plain(spec.normalizer ?? null),
      pre_tokenizer: spec.pre_tokenizer ?? null,
      post_processor: spec.post_processor ?? null,
      decoder: spec.decoder ?? null,
      model: modelOf(spec.model),
    }),
    'tokenizer_config.json': bytes(
      { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false, ...config, ...names },
      2,
    ),
    'special_tokens_map.json': bytes(names, 2),
  };
};
