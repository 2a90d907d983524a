import { expect, it } from 'vitest';
import type { Value } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { TransformerInspector } from '../../../plugins/transformer/inspect.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';

const NEVER = new AbortController().signal;
const VOCABULARY = 8;

/** A model of one layer whose every weight is told, others being zero; norms do nothing but scale. */
const modelOf = async (told: Readonly<Record<string, (row: number, column: number) => number>>): Promise<TransformerModel> => {
  const settings = { preset: 'llama', layers: 1, heads: 1, width: VOCABULARY, feed_forward: 4, positions: 'none', context: 16 } as const;
  const model = new TransformerModel(settings, { vocabulary: VOCABULARY });
  const weights = [...parametersOf(model.architecture)].map(([name, { shape, initial }]): [string, Value] => {
    const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill('fill' in initial ? initial.fill : 0);
    const columns = shape.at(-1)!;
    const value = told[name];
    return [name, { dims: shape, data: value ? data.map((_, at) => value(Math.floor(at / columns), at % columns)) : data }];
  });
  await model.learn(new Map(weights));
  return model;
};

it('says how far back the token stands that was looked at most', async () => {
  // queries and keys are the embeddings themselves, so that like looks at like
  const one = (row: number, column: number): number => (row === column ? 3 : 0);
  await using model = await modelOf({ 'embed.weight': one, 'layers.0.qkv.weight': (row, column) => one(row, column % VOCABULARY) });
  const { marks, counts } = await new TransformerInspector(model).views.attention!.look(Int32Array.of(5, 1, 2, 5, 3, 1, 4), 2, NEVER);
  // 2 and 5 were said after tokens met for the first time, 3 after the second 5, whose like stands first, 4 after the second 1
  expect(marks.map((mark) => mark?.label)).toEqual([undefined, undefined, '1', '1', '4', '1', '5']);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(5);
});

it('says from which layer on the token was there', async () => {
  const next = (row: number, column: number): number => (column === (row + 1) % VOCABULARY ? 1 : 0);
  const same = (row: number, column: number): number => (row === column ? 1 : 0);
  await using model = await modelOf({ 'embed.weight': same, 'head.weight': next });
  const { marks, counts } = await new TransformerInspector(model).views.layers!.look(Int32Array.of(3, 4, 5, 1), 1, NEVER);
  expect(marks.map((mark) => mark?.label)).toEqual([undefined, '0', '0', '–']);
  expect(counts).toEqual({ 'layer 0': 2, 'layer 1': 0, 'by chance': 1 });
});
