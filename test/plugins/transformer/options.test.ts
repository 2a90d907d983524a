import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../plugins/transformer/architecture/architecture.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { architectureOf } from '../../../plugins/transformer/options.ts';

const shapes = (settings: Parameters<typeof architectureOf>[0], vocabulary = 10): Record<string, readonly number[]> =>
  Object.fromEntries([...parametersOf(architectureOf(settings, vocabulary))].map(([name, { shape }]) => [name, shape]));

const count = (settings: Parameters<typeof architectureOf>[0], vocabulary: number): number =>
  Object.values(shapes(settings, vocabulary)).reduce((sum, shape) => sum + shape.reduce((size, dim) => size * dim, 1), 0);

describe('an architecture', () => {
  it('has as many parameters as are published of its like', () => {
    // GPT-2 small: 124,439,808; TinyLlama 1.1B: 1,100,048,384; Qwen3 0.6B: 596,049,920
    expect(count({ layers: 12, heads: 12, width: 768, context: 1024 }, 50257)).toBe(124_439_808);
    expect(count({ preset: 'llama', layers: 22, heads: 32, kv_heads: 4, width: 2048, feed_forward: 5632 }, 32000)).toBe(1_100_048_384);
    const qwen = { preset: 'llama', layers: 28, heads: 16, kv_heads: 8, head_width: 128, width: 1024, feed_forward: 3072 } as const;
    expect(count({ ...qwen, qk_norm: true, tied_embeddings: true }, 151936)).toBe(596_049_920);
  });

  it('has eight times the feed-forward where there are eight experts, and a router', () => {
    const { 'layers.0.experts.up.weight': up, 'layers.0.router.weight': router } = shapes({
      width: 8,
      heads: 2,
      feed_forward: 12,
      activation: 'swiglu',
      experts: { count: 8, active: 2 },
    });
    expect([up, router]).toEqual([
      [8, 8, 24],
      [8, 8],
    ]);
  });

  it('has a longest row, unless a window slides over relative positions', () => {
    expect(contextOf(architectureOf({ context: 32 }, 10))).toBe(32);
    expect(contextOf(architectureOf({ context: 32, window: 8 }, 10))).toBe(32);
    for (const positions of ['rotary', 'alibi', 'none'] as const)
      expect(contextOf(architectureOf({ context: 32, window: 8, positions }, 10))).toBeUndefined();
  });

  it.each([
    [{ width: 10, heads: 4 }, /a width of 10 does not divide into 4 heads/],
    [{ heads: 4, kv_heads: 3 }, /4 heads do not share 3 heads of keys/],
    [{ preset: 'llama', head_width: 5 }, /a head is 5 wide; choose an even/],
    [{ rope_theta: 500000 }, /"rope_theta" is of rotary positions, and these are learned/],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, /"rope_scaling" is of rotary positions/],
    [{ onnx: 'model_q4' }, /"onnx" chooses a graph of the folder that "model" names/],
    [{ experts: { count: 2, active: 3 } }, /3 of 2 experts cannot be active/],
  ] as const)('is refused where settings do not fit together: %j', (settings, message) =>
    expect(() => new TransformerModel(settings, { vocabulary: 10 })).toThrow(message),
  );

  it('is refused where a precision has no place', () => {
    const tokenizer = { vocabulary: 10 };
    expect(() => new TransformerModel({ precision: 'int8', device: 'webgpu' }, tokenizer)).toThrow(
      /int8 run on the CPU, and "device" is webgpu/,
    );
    const model = join(import.meta.dirname, 'foreign', 'gpt2');
    expect(() => new TransformerModel({ model, precision: 'int4' }, tokenizer)).toThrow(/has its own precision/);
  });
});
