import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A tokenizer in the words of tokenizer.json. */
export interface Described {
  readonly normalizer: object | null;
  readonly preTokenizer: object | null;
  readonly decoder: object | null;
  /** The model with everything but its `vocab`. */
  readonly model: Readonly<Record<string, unknown>>;
  /** What every id spells but those of start and stop. */
  readonly entries: ReadonlyMap<number, string>;
  readonly start: number;
  readonly stop: number;
  /** What unknown matter becomes, where anything does. */
  readonly unknown?: string;
}

/** Half of a pair that stands alone: no JSON outside of JavaScript holds such. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json, by which Hugging Face libraries have the same ids: a text begins with start, and does not end. */
export const saveDescribed = async (folder: string, described: Described): Promise<void> => {
  const { entries, start, stop, unknown } = described;
  const taken = new Set(entries.values());
  const free = (name: string): string => (taken.has(name) ? free(`<${name}>`) : name);
  const [begins, ends] = [free('<|start|>'), free('<|stop|>')];
  const vocab = new Map<string, number>([
    [begins, start],
    [ends, stop],
  ]);
  for (const [id, entry] of entries) vocab.set(HALF.test(entry) ? free(`<|half ${id}|>`) : entry, id);
  const added = [
    { id: start, content: begins },
    { id: stop, content: ends },
  ].map((token) => ({ ...token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }));
  const put = { SpecialToken: { id: begins, type_id: 0 } };
  const [one, other] = ['A', 'B'].map((id, type_id) => ({ Sequence: { id, type_id } }));
  const names = { bos_token: begins, eos_token: ends, ...(unknown !== undefined && { unk_token: unknown }) };
  const files = {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: described.normalizer,
      pre_tokenizer: described.preTokenizer,
      post_processor: {
        type: 'TemplateProcessing',
        single: [put, one],
        pair: [put, one, other],
        special_tokens: { [begins]: { id: begins, ids: [start], tokens: [begins] } },
      },
      decoder: described.decoder,
      model: { ...described.model, vocab: Object.fromEntries([...vocab].sort(([, a], [, b]) => a - b)) },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      add_bos_token: true,
      add_eos_token: false,
      ...names,
    },
    'special_tokens_map.json': names,
  };
  await Promise.all(Object.entries(files).map(([name, value]) => writeFile(join(folder, name), `${JSON.stringify(value)}\n`)));
};

/** The parts of a model of merges that has none: each character, or byte, is an id. */
export const mergeless = (unknown: string | null): Readonly<Record<string, unknown>> => ({
  type: 'BPE',
  dropout: null,
  unk_token: unknown,
  continuing_subword_prefix: null,
  end_of_word_suffix: null,
  fuse_unk: false,
  byte_fallback: false,
  ignore_merges: false,
  merges: [],
});
