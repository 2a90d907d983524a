import type { Architecture } from '../architecture/architecture.ts';
import type { RopeScaling } from '../architecture/rope.ts';
import { errors } from '../errors.ts';
import { flag, number, size, word } from './config.ts';
import type { Config, Family, Ingredient } from './recipe.ts';

const ACTIVATIONS = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_new: 'gelu_tanh',
  relu: 'relu',
} as const;

/** Rotary settings: `rope_theta` and `rope_scaling`, or `rope_parameters` with both, as newer files have it. */
const ropeOf = (config: Config): Architecture['rope'] => {
  const { path, values } = config;
  const told = values.rope_parameters ?? values.rope_scaling ?? undefined;
  const inner: Config = { path, values: typeof told === 'object' && told !== null ? (told as Config['values']) : {} };
  const theta = number({ path, values: { rope_theta: inner.values.rope_theta ?? values.rope_theta } }, 'rope_theta', 10000);
  const type = inner.values.rope_type ?? inner.values.type ?? 'default';
  if (type === 'default') return { theta };
  const original = (): number =>
    size(
      { path, values: { ...inner.values, max_position_embeddings: values.max_position_embeddings } },
      'original_max_position_embeddings',
      size(config, 'max_position_embeddings'),
    );
  const optional = <K extends string>(key: K): { readonly [P in K]?: number } =>
    (inner.values[key] === undefined || inner.values[key] === null ? {} : { [key]: number(inner, key) }) as { readonly [P in K]?: number };
  const scalings: Readonly<Record<string, () => RopeScaling>> = {
    linear: () => ({ type: 'linear', factor: number(inner, 'factor') }),
    llama3: () => ({
      type: 'llama3',
      factor: number(inner, 'factor'),
      low_freq_factor: number(inner, 'low_freq_factor'),
      high_freq_factor: number(inner, 'high_freq_factor'),
      original_max_position_embeddings: original(),
    }),
    yarn: () => ({
      type: 'yarn',
      factor: number(inner, 'factor'),
      original_max_position_embeddings: original(),
      ...optional('beta_fast'),
      ...optional('beta_slow'),
      ...optional('attention_factor'),
    }),
  };
  const scaling = typeof type === 'string' && Object.hasOwn(scalings, type) ? scalings[type] : undefined;
  if (!scaling) throw errors.TRANSFORMER_CONFIG(path, 'rope_type', type, `one of default, ${Object.keys(scalings).join(', ')}`);
  return { theta, scaling: scaling() };
};

/** How far attention looks back, where the family has such and the file turns it on for every layer. */
const windowOf = (config: Config): number | undefined => {
  const { model_type: type, sliding_window: window, use_sliding_window: used, layer_types: types } = config.values;
  if (window === undefined || window === null || (type !== 'mistral' && used !== true)) return undefined;
  if (Array.isArray(types) && types.every((each) => each === 'full_attention')) return undefined;
  const some =
    (Array.isArray(types) && types.includes('full_attention')) || (type !== 'mistral' && Number(config.values.max_window_layers ?? 0) > 0);
  if (some) throw errors.TRANSFORMER_CONFIG(config.path, 'use_sliding_window', true, 'false, or a window in all layers alike');
  return size(config, 'sliding_window');
};

/** LLaMA and what followed its shape. Touvron et al. (2023), Jiang et al. (2023), Qwen Team (2024, 2025). */
export const llama: Family = {
  types: ['llama', 'mistral', 'qwen2', 'qwen3'],
  architectureOf: (config) => {
    const type = config.values.model_type;
    const [width, heads] = [size(config, 'hidden_size'), size(config, 'num_attention_heads')];
    const kvHeads = size(
      config,
      'num_key_value_heads',
      type === 'qwen3' || type === 'qwen2' ? Math.min(32, heads) : type === 'mistral' ? Math.min(8, heads) : heads,
    );
    if (heads % kvHeads !== 0) throw errors.TRANSFORMER_CONFIG(config.path, 'num_key_value_heads', kvHeads, `a divisor of ${heads}`);
    const headWidth = size(config, 'head_dim', type === 'qwen3' ? 128 : width / heads);
    if (headWidth % 2 === 1) throw errors.TRANSFORMER_CONFIG(config.path, 'head_dim', headWidth, 'an even number');
    const biased = flag(config, 'attention_bias', false);
    const window = windowOf(config);
    return {
      vocabulary: size(config, 'vocab_size'),
      layers: size(config, 'num_hidden_layers'),
      heads,
      kvHeads,
      headWidth,
      width,
      inner: size(config, 'intermediate_size'),
      activation: word(config, 'hidden_act', ACTIVATIONS, 'silu'),
      gated: true,
      norm: 'rms',
      epsilon: number(config, 'rms_norm_eps', 1e-6),
      placement: 'pre',
      qkNorm: type === 'qwen3',
      positions: 'rotary',
      rope: ropeOf(config),
      tied: flag(config, 'tie_word_embeddings', false),
      biases: { qkv: biased || type === 'qwen2', out: biased && type !== 'qwen2', feedForward: flag(config, 'mlp_bias', false) },
      dropout: 0,
      context: size(config, 'max_position_embeddings'),
      ...(window !== undefined && { window }),
    };
  },
  recipesOf: ({ vocabulary, layers, heads, kvHeads, headWidth, width, inner, qkNorm, tied, biases }) => {
    const recipes = new Map<string, readonly Ingredient[]>();
    const product = (ours: string, inputs: number, bias: boolean, ...parts: readonly (readonly [string, number])[]): void => {
      recipes.set(
        `${ours}.weight`,
        parts.map(([name, outputs]) => ({ name: `model.${name}.weight`, dims: [outputs, inputs], turned: true })),
      );
      if (bias)
        recipes.set(
          `${ours}.bias`,
          parts.map(([name, outputs]) => ({ name: `model.${name}.bias`, dims: [outputs] })),
        );
    };
    const vector = (ours: string, theirs: string, length: number): void =>
      void recipes.set(`${ours}.weight`, [{ name: `model.${theirs}.weight`, dims: [length] }]);
    recipes.set('embed.weight', [{ name: 'model.embed_tokens.weight', dims: [vocabulary, width] }]);
    for (let layer = 0; layer < layers; layer++) {
      const [ours, theirs] = [`layers.${layer}`, `layers.${layer}`];
      const [queries, keys] = [heads * headWidth, kvHeads * headWidth];
      const attention = `${theirs}.self_attn`;
      vector(`${ours}.norm1`, `${theirs}.input_layernorm`, width);
      product(
        `${ours}.qkv`,
        width,
        biases.qkv,
        [`${attention}.q_proj`, queries],
        [`${attention}.k_proj`, keys],
        [`${attention}.v_proj`, keys],
      );
      product(`${ours}.out`, queries, biases.out, [`${attention}.o_proj`, width]);
      if (qkNorm) for (const part of ['q_norm', 'k_norm']) vector(`${ours}.${part}`, `${attention}.${part}`, headWidth);
      vector(`${ours}.norm2`, `${theirs}.post_attention_layernorm`, width);
      product(`${ours}.up`, width, biases.feedForward, [`${theirs}.mlp.gate_proj`, inner], [`${theirs}.mlp.up_proj`, inner]);
      product(`${ours}.down`, inner, biases.feedForward, [`${theirs}.mlp.down_proj`, width]);
    }
    vector('norm', 'norm', width);
    if (!tied) recipes.set('head.weight', [{ name: 'lm_head.weight', dims: [vocabulary, width], turned: true }]);
    return recipes;
  },
  ignored: /rotary_emb\.inv_freq$|^lm_head\.weight$/,
  configOf: (architecture) => {
    const { vocabulary, layers, heads, kvHeads, headWidth, width, inner, activation, gated, norm, epsilon, placement, qkNorm } =
      architecture;
    const { positions, rope, tied, biases, context, window, experts } = architecture;
    if (positions !== 'rotary' || norm !== 'rms' || placement !== 'pre' || !gated || experts || activation === 'relu') return undefined;
    if (
      biases.out !== biases.qkv ||
      (qkNorm && (biases.qkv || biases.feedForward)) ||
      (window !== undefined && (biases.qkv || biases.feedForward))
    )
      return undefined;
    if (qkNorm && window !== undefined) return undefined;
    const type = qkNorm ? 'qwen3' : window === undefined ? 'llama' : 'mistral';
    const { type: scaling, ...numbers } = rope.scaling ?? { type: undefined };
    return {
      architectures: [{ llama: 'LlamaForCausalLM', mistral: 'MistralForCausalLM', qwen3: 'Qwen3ForCausalLM' }[type]],
      model_type: type,
      vocab_size: vocabulary,
      hidden_size: width,
      intermediate_size: inner,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      head_dim: headWidth,
      hidden_act: activation === 'silu' ? 'silu' : activation === 'gelu' ? 'gelu' : 'gelu_pytorch_tanh',
      max_position_embeddings: context,
      rms_norm_eps: epsilon,
      rope_theta: rope.theta,
      ...(scaling && { rope_scaling: { rope_type: scaling, ...numbers } }),
      tie_word_embeddings: tied,
      attention_bias: biases.qkv,
      ...(type === 'llama' && { mlp_bias: biases.feedForward }),
      ...(window !== undefined && { sliding_window: window }),
    };
  },
};
