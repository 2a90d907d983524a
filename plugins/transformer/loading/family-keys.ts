import { COMMON_KEYS } from './config-keys.ts';
import { irrelevant, type Keys, read } from './keys.ts';

/** What GPT-2 calls by names of its own, and how else it may be called. */
export const GPT2_OTHER_NAMES = {
  n_embd: 'hidden_size',
  n_layer: 'num_hidden_layers',
  n_head: 'num_attention_heads',
  n_positions: 'max_position_embeddings',
} as const;

/** Every known key of GPT-2's config.json. */
export const GPT2_KEYS: Keys = {
  ...COMMON_KEYS,
  n_embd: read('The width of the residual stream.'),
  n_layer: read('How many blocks.'),
  n_head: read('Heads in each.'),
  n_positions: read('The most tokens a row may hold; 1024 unless told.'),
  n_inner: read('The width inside the feed-forward; four times the width unless told.'),
  activation_function: read('What bends in the feed-forward; gelu_new unless told.'),
  layer_norm_epsilon: read('What a norm adds to the variance; 1e-5 unless told.'),
  scale_attn_weights: read('Must be true, as it is unless told.'),
  scale_attn_by_inverse_layer_idx: read('Must be false, as it is unless told.'),
  ...Object.fromEntries(Object.entries(GPT2_OTHER_NAMES).map(([key, other]) => [other, read(`The same as \`${key}\`.`)])),
  ...irrelevant('The same as `n_positions` in older files.', 'n_ctx'),
  ...irrelevant('Of training.', 'resid_pdrop', 'embd_pdrop', 'attn_pdrop'),
};

/** Every known key of config.json in the family of LLaMA. */
export const LLAMA_KEYS: Keys = {
  ...COMMON_KEYS,
  hidden_size: read('The width of the residual stream.'),
  num_hidden_layers: read('How many blocks.'),
  num_attention_heads: read('Heads of queries in each.'),
  num_key_value_heads: read('Heads of keys and values; as the family has it unless told.'),
  head_dim: read('The width of a head; width / heads unless told, 128 in Qwen3.'),
  intermediate_size: read('The width inside the feed-forward.'),
  hidden_act: read('What bends in the feed-forward; silu unless told.'),
  rms_norm_eps: read('What a norm adds to the mean square; 1e-6 unless told.'),
  max_position_embeddings: read('The most tokens a row may hold.'),
  attention_bias: read('Whether the products of attention have a bias; Qwen2 has those of queries, keys and values anyway.'),
  mlp_bias: read('Whether those of the feed-forward have.'),
  rope_theta: read('The base of the rotary wavelengths; 10000 unless told.'),
  rope_scaling: read('How they are stretched; see below.'),
  rope_parameters: read('The same in newer files.'),
  partial_rotary_factor: read('Which share of each head turns; all unless told.'),
  original_max_position_embeddings: read('The context that was first learned from, for llama3 and yarn.'),
  sliding_window: read(
    'How far attention looks back, in all layers alike: Mistral (4096 unless told), and Qwen with `use_sliding_window`; LLaMA has none.',
  ),
  use_sliding_window: read('Whether Qwen has a window.'),
  max_window_layers: read('From which layer on Qwen has it: 0 is all; 28 unless told.'),
  layer_types: read('Must be full_attention in all layers, or sliding_attention in all.'),
};
