import type { Static } from 'typebox';
import { Type } from '../../core/declaring.ts';
import type { Architecture } from './architecture/architecture.ts';

const closed = { additionalProperties: false } as const;
const optional = Type.Optional;
const count = (description: string, rest: object = {}) => optional(Type.Integer({ minimum: 1, description, ...rest }));
const words = <const W extends readonly string[]>(all: W, description: string) =>
  optional(Type.Unsafe<W[number]>(Type.Enum([...all], { description: `${description} ${all.join(', ')}.`, examples: [...all] })));

const Scaling = Type.Union(
  [
    Type.Object(
      { type: Type.Literal('linear'), factor: Type.Number({ minimum: 1, description: 'How much longer rows may be.', examples: [8] }) },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('llama3'),
        factor: Type.Number({ minimum: 1, description: 'How much longer rows may be.', examples: [8] }),
        low_freq_factor: Type.Number({
          exclusiveMinimum: 0,
          description: 'Turns within the first context below which a wave is stretched.',
          examples: [1],
        }),
        high_freq_factor: Type.Number({ exclusiveMinimum: 0, description: 'Turns above which it is kept.', examples: [4] }),
        original_max_position_embeddings: Type.Integer({
          minimum: 1,
          description: 'The context that was first learned from.',
          examples: [8192],
        }),
      },
      closed,
    ),
    Type.Object(
      {
        type: Type.Literal('yarn'),
        factor: Type.Number({ minimum: 1, description: 'How much longer rows may be.', examples: [8] }),
        original_max_position_embeddings: Type.Integer({
          minimum: 1,
          description: 'The context that was first learned from.',
          examples: [8192],
        }),
        beta_fast: optional(
          Type.Number({ exclusiveMinimum: 0, description: 'Turns above which a wave is kept; 32 unless told.', examples: [32] }),
        ),
        beta_slow: optional(
          Type.Number({ exclusiveMinimum: 0, description: 'Turns below which it is stretched; 1 unless told.', examples: [1] }),
        ),
        attention_factor: optional(
          Type.Number({
            exclusiveMinimum: 0,
            description: 'What cosines and sines are multiplied by; of the factor unless told.',
            examples: [1.2],
          }),
        ),
      },
      closed,
    ),
  ],
  {
    description: 'How wavelengths are stretched for longer rows.',
    expects: '{ "type": "linear", "llama3" or "yarn", … } with the numbers of its kind',
  },
);

/** The settings of a transformer. What is absent is as the preset says. */
export const TransformerOptions = Type.Object(
  {
    model: optional(
      Type.String({
        minLength: 1,
        description: 'A folder with config.json and model.safetensors, of which the architecture and the first weights are.',
        examples: ['./qwen3'],
      }),
    ),
    onnx: optional(
      Type.String({
        pattern: '^[A-Za-z0-9._-]{1,100}$',
        description:
          'Of a folder without safetensors: which of its .onnx is read, in onnx/ or beside config.json, by its name without the ending; unless told the first of model, decoder_model_merged and decoder_with_past_model, then those of less precision: model_fp16, model_quantized, model_q4 …',
        examples: ['model_q4'],
      }),
    ),
    preset: words(
      ['gpt2', 'llama'],
      'What is not said: layer norms, learned positions, GELU, biases and tied embeddings (gpt2, unless told), or root mean square norms, rotary positions and SwiGLU (llama):',
    ),
    layers: count('How many blocks; 4 unless told.'),
    heads: count('Heads of queries in each; 4 unless told.'),
    kv_heads: count('Heads of keys and values, a divisor of "heads"; as many unless told.'),
    head_width: count('The width of a head; width / heads unless told.'),
    width: count('The width of the residual stream; 128 unless told.'),
    feed_forward: count('The width inside the feed-forward; 4 × width unless told, or 8/3 × width where it is gated.'),
    activation: words(['gelu', 'gelu_tanh', 'relu', 'swiglu', 'geglu'], 'What bends in the feed-forward:'),
    norm: words(['layer', 'rms'], 'The norm:'),
    norm_epsilon: optional(Type.Number({ exclusiveMinimum: 0, description: 'What a norm adds to the variance; 1e-5 unless told.' })),
    norm_placement: words(['pre', 'post'], 'Norms before each sublayer, or after:'),
    qk_norm: optional(Type.Boolean({ description: "Whether each head's queries and keys are normed; not unless told.", examples: [true] })),
    positions: words(['learned', 'sinusoidal', 'rotary', 'alibi', 'none'], 'How tokens know where they are:'),
    rope_theta: optional(Type.Number({ exclusiveMinimum: 1, description: 'The base of rotary wavelengths; 10000 unless told.' })),
    rope_scaling: optional({
      ...Scaling,
      description: 'How rotary positions are stretched beyond the context that they were trained for.',
    }),
    tied_embeddings: optional(Type.Boolean({ description: 'Whether the head is the embedding itself.', examples: [true] })),
    biases: words(['all', 'qkv', 'none'], 'Which products have a bias:'),
    dropout: optional(
      Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'The share that is left out in training; 0 unless told.' }),
    ),
    context: count('The most tokens a row may hold; 64 unless told.'),
    window: count('How many tokens back attention looks; all unless told. With relative positions a row may then be of any length.'),
    experts: optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 2, description: 'How many feed-forwards each layer has.' }),
          active: Type.Integer({ minimum: 1, description: 'How many of them a token passes through.' }),
        },
        { ...closed, description: 'A mixture of experts.' },
      ),
    ),
    precision: words(['float32', 'int8', 'int4'], 'How it reads: single precision, or weights of 8 or 4 bits:'),
    precision_head: words(['float32', 'int8', 'int4'], 'The same of the head; single precision unless told:'),
    device: words(['cpu', 'webgpu', 'cuda', 'auto'], 'Where it is trained and read:'),
    threads: count('Threads within one operator; as many as cores unless told.'),
  },
  closed,
);

export type Settings = Static<typeof TransformerOptions>;

/** What is not said. */
export const PRESETS = {
  gpt2: { activation: 'gelu_tanh', norm: 'layer', positions: 'learned', tied_embeddings: true, biases: 'all' },
  llama: { activation: 'swiglu', norm: 'rms', positions: 'rotary', tied_embeddings: false, biases: 'none' },
} as const;

/** The architecture that settings mean which fit together. */
export const architectureOf = (settings: Settings, vocabulary: number): Architecture => {
  const { preset = 'gpt2', layers = 4, heads = 4, width = 128, context = 64, window, experts } = settings;
  const full = { ...PRESETS[preset], ...settings };
  const { kv_heads: kvHeads = heads, head_width: headWidth = width / heads, activation, positions, biases } = full;
  const gated = activation === 'swiglu' || activation === 'geglu';
  const { feed_forward: inner = gated ? 8 * Math.ceil(width / 3) : 4 * width } = full;
  return {
    vocabulary,
    layers,
    heads,
    kvHeads,
    headWidth,
    width,
    inner,
    activation: activation === 'swiglu' ? 'silu' : activation === 'geglu' ? 'gelu' : activation,
    gated,
    norm: full.norm,
    epsilon: full.norm_epsilon ?? 1e-5,
    placement: full.norm_placement ?? 'pre',
    qkNorm: full.qk_norm ?? false,
    positions,
    rope: { theta: full.rope_theta ?? 10000, ...(full.rope_scaling && { scaling: full.rope_scaling }) },
    tied: full.tied_embeddings,
    biases: { qkv: biases !== 'none', out: biases === 'all', feedForward: biases === 'all' },
    dropout: full.dropout ?? 0,
    context,
    ...(window !== undefined && { window }),
    ...(experts && { experts }),
  };
};
