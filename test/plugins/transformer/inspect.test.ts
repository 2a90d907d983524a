import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { inspect } from '../../../core/host/cli/inspect.ts';
import { open } from '../../../core/index.ts';
import type { Value } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { TransformerInspector } from '../../../plugins/transformer/inspect.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { workplace } from '../../core/pipeline/workplace.ts';

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
  const { marks, counts, grids } = await new TransformerInspector(model).views.attention!.look(
    Int32Array.of(5, 1, 2, 5, 3, 1, 4),
    2,
    NEVER,
  );
  // 2 and 5 were said after tokens met for the first time, 3 after the second 5, whose like stands first, 4 after the second 1
  expect(marks.map((mark) => mark?.label)).toEqual([undefined, undefined, '1', '1', '4', '1', '5']);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(5);
  expect(grids!.map(({ name }) => name)).toEqual(['layer 1']);
  const { shades } = grids![0]!;
  for (const [at, line] of shades.entries()) {
    expect(Array.from(line).reduce((sum, share) => sum + share)).toBeCloseTo(1, 5);
    expect(Math.max(0, ...Array.from(line).slice(at + 1))).toBe(0); // nothing that comes later
  }
  expect(shades[3]![0]).toBeCloseTo(shades[3]![3]!, 5); // the second 5 looks at both
  expect(shades[3]![0]).toBeGreaterThan(shades[3]![1]!);
});

it('says from which layer on the token was there', async () => {
  const next = (row: number, column: number): number => (column === (row + 1) % VOCABULARY ? 1 : 0);
  const same = (row: number, column: number): number => (row === column ? 1 : 0);
  await using model = await modelOf({ 'embed.weight': same, 'head.weight': next });
  const { marks, counts, grids } = await new TransformerInspector(model).views.layers!.look(Int32Array.of(3, 4, 5, 1), 1, NEVER);
  expect(marks.map((mark) => mark?.label)).toEqual([undefined, '0', '0', '–']);
  expect(counts).toEqual({ 'layer 0': 2, 'layer 1': 0, 'by chance': 1 });
  const [{ lines, ids, shades }] = grids as [NonNullable<typeof grids>[number]];
  expect(lines).toEqual(['layer 1', 'embedding']);
  expect(ids!.map((line) => Array.from(line))).toEqual([
    [4, 5, 6],
    [4, 5, 6],
  ]);
  // of logits that are √8 for one id and 0 for seven, since a norm makes every row as long as √8
  const sure = Math.exp(Math.sqrt(8)) / (Math.exp(Math.sqrt(8)) + 7);
  for (const line of shades) for (const shade of Array.from(line)) expect(shade).toBeCloseTo(sure, 3);
});

it('is drawn by the command, and samples are spelled while it trains', async () => {
  const folder = await workplace({ 'rows.txt': Array.from({ length: 40 }, (_, i) => `a<b&${i % 7}`).join('\n') });
  const shape = { preset: 'llama', layers: 2, heads: 2, width: 32, context: 16 };
  const written = {
    name: 'seen',
    data: { train: join(folder, 'rows.txt') },
    stages: { tokenize: 'characters', backend: 'transformer', sample: 'greedy' },
    backends: {
      transformer: {
        with: shape,
        train: { steps: 60, batch: 8, sample_every: 30, optimizer: { use: 'adamw', with: { learning_rate: 1e-2 } } },
      },
    },
  };
  await using pipeline = await open(written, { models: join(folder, 'models') });
  const words = await lastValueFrom(pipeline.train().pipe(toArray()));
  const samples = words.flatMap(({ sample }) => sample ?? []);
  expect(samples).toHaveLength(2);
  expect(samples[1]).toMatch(/[ab<&]/);
  const model = (await pipeline.ready()).folder!;
  const out = join(folder, 'seen.svg');
  for (const view of ['attention', 'layers']) {
    await inspect().parseAsync([view, model, '--prompt', 'a<', '--count', '1', '--json', '--out', out], { from: 'user' });
    const svg = await readFile(out, 'utf8');
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/&|<b/); // what the tokens spell is text, never markup
    expect(svg.match(/<rect x=/g)).toHaveLength(view === 'attention' ? 2 * 6 * 6 : 3 * 6);
  }
});
