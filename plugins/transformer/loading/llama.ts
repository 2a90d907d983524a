import type { Architecture } from '../architecture/architecture.ts';
import { errors } from '../errors.ts';
import { ACTIVATIONS, flag, number, size, word } from './config.ts';
import { LLAMA_KEYS } from './family-keys.ts';
import type { Family, Ingredient } from './recipe.ts';
import { ropeOf } from './rope-config.ts';
import { windowOf } from './window-config.ts';

const NAMES: Readonly<Partial<Record<Architecture['activation'], string>>> = { silu: 'silu', gelu: 'gelu', gelu_tanh: 'gelu_pytorch_tanh' };

/** LLaMA and what followed its shape. Touvron et al. (2023), Jiang et al. (2023), Qwen Team (2024, 2025). */
export const llama: Family = {
  types: ['llama', 'mistral', 'qwen2', 'qwen3'],
  keys: LLAMA_KEYS,
  architectureOf: (config) => {
    const type = config.values.model_type;
    const [width, heads] = [size(config, 'hidden_size'), size(config, 'num_attention_heads')];
    const kvHeads = size(
      config,
      'num_key_value_heads',
      config.values.num_key_value_heads === null
        ? heads
        : type === 'qwen3' || type === 'qwen2'
          ? Math.min(32, heads)
          : type === 'mistral'
            ? Math.min(8, heads)
            : heads,
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
      rope: ropeOf(config, headWidth),
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
      hidden_act: NAMES[activation],
      max_position_embeddings: context,
      rms_norm_eps: epsilon,
      rope_theta: rope.theta,
      ...(rope.turned !== undefined && { partial_rotary_factor: rope.turned / headWidth }),
      ...(scaling && { rope_scaling: { rope_type: scaling, ...numbers } }),
      tie_word_embeddings: tied,
      attention_bias: biases.qkv,
      ...(type === 'llama' && { mlp_bias: biases.feedForward }),
      ...(window !== undefined && { sliding_window: window }),
    };
  },
};
