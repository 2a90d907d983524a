import type { Static } from 'typebox';
import { createRandom } from '../../core/index.ts';
import type { Value } from '../../plugins/toolkit/index.ts';
import { parametersOf } from '../../plugins/transformer/architecture/parameters.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../plugins/transformer/options.ts';

type Settings = Static<typeof TransformerOptions>;

/** Shapes that are measured: LLaMA of about 110 million parameters, GPT-2 of 124, LLaMA of a billion. */
export const SHAPES = {
  'llama 110M': {
    settings: { preset: 'llama', layers: 12, heads: 12, width: 768, feed_forward: 2048, context: 1024, tied_embeddings: true },
    vocabulary: 32000,
  },
  'gpt2 124M': { settings: { preset: 'gpt2', layers: 12, heads: 12, width: 768, context: 1024 }, vocabulary: 50257 },
  tiny: { settings: { preset: 'llama', layers: 2, heads: 4, width: 64, context: 1024, tied_embeddings: true }, vocabulary: 512 },
  'llama 1B': {
    settings: {
      preset: 'llama',
      layers: 16,
      heads: 32,
      kv_heads: 8,
      width: 2048,
      feed_forward: 8192,
      context: 1024,
      tied_embeddings: true,
    },
    vocabulary: 128256,
  },
} as const satisfies Readonly<Record<string, { readonly settings: Settings; readonly vocabulary: number }>>;

/** Weights at random, uniform: how good they are does not matter, and drawing them is to be quick. */
export const randomWeights = ({ architecture }: TransformerModel): Map<string, Value> => {
  const random = createRandom(3);
  const noise = Float32Array.from({ length: 2 ** 16 }, () => 0.07 * (random() - 0.5));
  return new Map(
    [...parametersOf(architecture)].map(([name, { shape, initial }]) => {
      const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
      if ('fill' in initial) data.fill(initial.fill);
      else for (let at = 0; at < data.length; at += noise.length) data.set(noise.subarray(0, Math.min(noise.length, data.length - at)), at);
      return [name, { dims: shape, data }];
    }),
  );
};

/** A model of a shape, with such weights. */
export const made = async (shape: keyof typeof SHAPES, more: Settings = {}): Promise<TransformerModel> => {
  const { settings, vocabulary } = SHAPES[shape];
  const model = new TransformerModel({ ...settings, ...more }, { vocabulary });
  await model.learn(randomWeights(model));
  return model;
};

/** Bytes that a token takes to be read at a context: all weights that are multiplied, and the cache, of single precision. */
export const bytesRead = ({ architecture }: TransformerModel, context: number): number => {
  const { layers, kvHeads, headWidth, tied } = architecture;
  let weights = 0;
  for (const [name, { shape }] of parametersOf(architecture))
    if (name !== 'positions.weight' && (tied || name !== 'embed.weight')) weights += shape.reduce((size, dim) => size * dim, 1);
  return 4 * (weights + 2 * layers * kvHeads * headWidth * context);
};

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
