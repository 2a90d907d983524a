import type { Architecture } from '../architecture/architecture.ts';
import { errors } from '../errors.ts';
import { ACTIVATIONS, flag, number, size, word } from './config.ts';
import { GPT2_KEYS, GPT2_OTHER_NAMES } from './family-keys.ts';
import type { Config, Family, Ingredient } from './recipe.ts';

const NAMES: Readonly<Record<Architecture['activation'], string>> = { gelu_tanh: 'gelu_new', gelu: 'gelu', relu: 'relu', silu: 'silu' };

/** The settings under GPT-2's own names, also where they stand under the usual ones. Throws TRANSFORMER_CONFIG where both differ. */
const renamed = ({ path, values }: Config): Config => {
  const own = { ...values };
  for (const [key, other] of Object.entries(GPT2_OTHER_NAMES)) {
    const value = values[other] ?? null;
    if (value === null) continue;
    if ((own[key] ?? value) !== value) throw errors.TRANSFORMER_CONFIG(path, other, value, `as "${key}", ${own[key]}`);
    own[key] = value;
  }
  return { path, values: own };
};

/** GPT-2, whose products stand [in, out]. Radford et al. (2019). */
export const gpt2: Family = {
  types: ['gpt2'],
  keys: GPT2_KEYS,
  architectureOf: (told) => {
    const config = renamed(told);
    const [width, heads] = [size(config, 'n_embd'), size(config, 'n_head')];
    if (width % heads !== 0) throw errors.TRANSFORMER_CONFIG(config.path, 'n_head', heads, `a divisor of n_embd, ${width}`);
    for (const [key, usual] of [
      ['scale_attn_weights', true],
      ['scale_attn_by_inverse_layer_idx', false],
    ] as const)
      if (flag(config, key, usual) !== usual) throw errors.TRANSFORMER_CONFIG(config.path, key, !usual, String(usual));
    return {
      vocabulary: size(config, 'vocab_size'),
      layers: size(config, 'n_layer'),
      heads,
      kvHeads: heads,
      headWidth: width / heads,
      width,
      inner: size(config, 'n_inner', 4 * width),
      activation: word(config, 'activation_function', ACTIVATIONS, 'gelu_new'),
      gated: false,
      norm: 'layer',
      epsilon: number(config, 'layer_norm_epsilon', 1e-5),
      placement: 'pre',
      qkNorm: false,
      positions: 'learned',
      rope: { theta: 10000 },
      tied: flag(config, 'tie_word_embeddings', true),
      biases: { qkv: true, out: true, feedForward: true },
      dropout: 0,
      context: size(config, 'n_positions', 1024),
    };
  },
  recipesOf: ({ vocabulary, layers, width, inner, context, tied }) => {
    const recipes = new Map<string, readonly Ingredient[]>();
    const add = (ours: string, theirs: string, ...dims: number[]): void =>
      void recipes.set(ours, [{ name: `transformer.${theirs}`, dims }]);
    const both = (ours: string, theirs: string, ...[inputs, outputs]: readonly [number, number]): void => {
      add(`${ours}.weight`, `${theirs}.weight`, inputs, outputs);
      add(`${ours}.bias`, `${theirs}.bias`, outputs);
    };
    const norm = (ours: string, theirs: string): void => {
      for (const part of ['weight', 'bias']) add(`${ours}.${part}`, `${theirs}.${part}`, width);
    };
    add('embed.weight', 'wte.weight', vocabulary, width);
    add('positions.weight', 'wpe.weight', context, width);
    for (let layer = 0; layer < layers; layer++) {
      const [ours, theirs] = [`layers.${layer}`, `h.${layer}`];
      norm(`${ours}.norm1`, `${theirs}.ln_1`);
      both(`${ours}.qkv`, `${theirs}.attn.c_attn`, width, 3 * width);
      both(`${ours}.out`, `${theirs}.attn.c_proj`, width, width);
      norm(`${ours}.norm2`, `${theirs}.ln_2`);
      both(`${ours}.up`, `${theirs}.mlp.c_fc`, width, inner);
      both(`${ours}.down`, `${theirs}.mlp.c_proj`, inner, width);
    }
    norm('norm', 'ln_f');
    if (!tied) recipes.set('head.weight', [{ name: 'lm_head.weight', dims: [vocabulary, width], turned: true }]);
    return recipes;
  },
  ignored: /\.attn\.(bias|masked_bias)$|^lm_head\.weight$/,
  configOf: (architecture) => {
    const { vocabulary, layers, heads, kvHeads, headWidth, width, inner, activation, gated, norm, epsilon, placement, qkNorm } =
      architecture;
    const { positions, tied, biases, context, window, experts } = architecture;
    const fits =
      positions === 'learned' &&
      norm === 'layer' &&
      placement === 'pre' &&
      !gated &&
      !qkNorm &&
      kvHeads === heads &&
      headWidth * heads === width;
    if (!fits || window !== undefined || experts || !biases.qkv || !biases.out || !biases.feedForward) return undefined;
    return {
      architectures: ['GPT2LMHeadModel'],
      model_type: 'gpt2',
      vocab_size: vocabulary,
      n_positions: context,
      n_ctx: context,
      n_embd: width,
      n_layer: layers,
      n_head: heads,
      n_inner: inner,
      activation_function: NAMES[activation],
      layer_norm_epsilon: epsilon,
      tie_word_embeddings: tied,
    };
  },
};
