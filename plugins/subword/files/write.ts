import type { Compiled } from '../engine/compiled.ts';
import { bare, makeTemplate } from '../engine/template.ts';
import { Fields } from '../fields.ts';
import { Vocabulary } from '../model/vocabulary.ts';
import { listMerges } from './merges.ts';
import { processorOf } from './processor.ts';
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

/**
 * tokenizer.json, tokenizer_config.json and special_tokens_map.json as Hugging Face libraries load them, by name. They go with a model that is trained here:
 * a text begins as the rows did that it learned from, and does not end, so that a prompt is gone on from.
 */
export const writeFiles = (
  spec: Spec,
  config: Config,
  { names: told, added, vocabulary, roles: { start }, prefix: { rows } }: Compiled,
): Readonly<Record<string, Uint8Array>> => {
  const known = new Vocabulary(vocabulary);
  const nameOf = (id: number): string => known.token(id) ?? `id ${id}`;
  const beginning = rows.length > 0 || start === undefined ? rows : [start];
  const template = spec.post_processor ? makeTemplate(new Fields(spec.post_processor, 'post_processor')) : bare;
  const names = start === undefined || told.bos_token !== undefined ? told : { bos_token: nameOf(start), ...told };
  const puts = { add_bos_token: beginning.length > 0, add_eos_token: false };
  const bytes = (value: unknown, indent?: number) => Buffer.from(`${JSON.stringify(value, null, indent)}\n`);
  return {
    'tokenizer.json': bytes({
      version: '1.0',
      truncation: spec.truncation ?? null,
      padding: spec.padding ?? null,
      added_tokens: [...added].sort((one, other) => one.id - other.id),
      normalizer: plain(spec.normalizer ?? null),
      pre_tokenizer: spec.pre_tokenizer ?? null,
      post_processor: processorOf(template, beginning, nameOf),
      decoder: spec.decoder ?? null,
      model: modelOf(spec.model),
    }),
    'tokenizer_config.json': bytes(
      { tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false, ...config, ...names, ...puts },
      2,
    ),
    'special_tokens_map.json': bytes(names, 2),
  };
};
