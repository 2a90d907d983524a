import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Value } from '../../../plugins/toolkit/index.ts';
import { writeFolder } from './folder.ts';

/** The 256 letters of GPT-2 for bytes, in their order. */
const LETTERS = ((): readonly string[] => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode((byte > 32 && byte < 127) || (byte > 160 && byte !== 173) ? byte : next++),
  );
})();

/** The special tokens of `byteTokenizer`, by their ids from 256 on. */
export const SPECIAL = ['<s>', '</s>', '<pad>', '<mask>', '<end>', '<two>'] as const;

/** The id of a special token. */
export const idOf = (token: (typeof SPECIAL)[number]): number => 256 + SPECIAL.indexOf(token);

/** A tokenizer.json whose ids are bytes, and then special tokens. */
export const byteTokenizer = (post_processor: object | null = null): object => ({
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content) => ({
    id: idOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor,
  decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    vocab: Object.fromEntries(LETTERS.map((letter, byte) => [letter, byte])),
    merges: [],
  },
});

/** What a folder is made of besides its weights. */
export interface Script {
  /** What is said after each id; else what is said after everything. */
  readonly next?: Readonly<Record<number, number>>;
  /** How many ids the model has. */
  readonly vocabulary?: number;
  readonly config?: object;
  /** More files, by name: values are written as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
}

/** A LLaMA folder of one layer that does nothing, whose head says the next id of a table. */
export const scripted = async (home: string, { next = {}, vocabulary = 264, config = {}, files = {} }: Script): Promise<string> => {
  const folder = await mkdtemp(join(home, 'scripted-'));
  const width = Math.ceil(vocabulary / 8) * 8;
  const zeros = (...dims: number[]): Value => ({ dims, data: new Float32Array(dims.reduce((size, dim) => size * dim, 1)) });
  const ones = (): Value => ({ dims: [width], data: new Float32Array(width).fill(1) });
  const [embed, head] = [zeros(vocabulary, width), zeros(vocabulary, width)];
  for (let id = 0; id < vocabulary; id++) (embed.data as Float32Array)[id * width + id] = 1;
  for (const [from, to] of Object.entries(next)) (head.data as Float32Array)[to * width + Number(from)] = 20 / Math.sqrt(width);
  const layer = 'model.layers.0';
  const tensors = {
    'model.embed_tokens.weight': embed,
    [`${layer}.input_layernorm.weight`]: ones(),
    [`${layer}.post_attention_layernorm.weight`]: ones(),
    ...Object.fromEntries(['q', 'k', 'v', 'o'].map((part) => [`${layer}.self_attn.${part}_proj.weight`, zeros(width, width)])),
    [`${layer}.mlp.gate_proj.weight`]: zeros(8, width),
    [`${layer}.mlp.up_proj.weight`]: zeros(8, width),
    [`${layer}.mlp.down_proj.weight`]: zeros(width, 8),
    'model.norm.weight': ones(),
    'lm_head.weight': head,
  };
  const told = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: vocabulary,
    hidden_size: width,
    intermediate_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    max_position_embeddings: 64,
    tie_word_embeddings: false,
    ...config,
  };
  await writeFolder(folder, told, tensors);
  await mkdir(folder, { recursive: true });
  const all = { 'tokenizer.json': byteTokenizer(), 'tokenizer_config.json': {}, ...files };
  for (const [name, value] of Object.entries(all))
    if (value !== undefined) await writeFile(join(folder, name), value instanceof Uint8Array ? value : JSON.stringify(value));
  return folder;
};

/** A table by which each letter of a text is followed by the next. */
export const letters = (text: string): Record<number, number> =>
  Object.fromEntries(Array.from(text.slice(0, -1), (letter, at) => [letter.charCodeAt(0), text.charCodeAt(at + 1)]));
