import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { loadOnnx } from '../../../plugins/toolkit/index.ts';
import { ganOf, say, tokenizerOf, train } from './made.ts';

const plane = tokenizerOf({ vocabulary: 64, shape: [2] });
const letters = tokenizerOf({ vocabulary: 6, start: 0, stop: 1 });
const pictures = tokenizerOf({ vocabulary: 4, shape: [4, 4, 3], given: tokenizerOf({ vocabulary: 2 }) });
const random = createRandom(5);
const point = () => ({ tokens: Int32Array.of(20 + 2 * normal(random), 40 + 2 * normal(random)) });
const points = Array.from({ length: 200 }, point);
const few = { steps: 3, batch: 8, monitor: 1 };
const small = { latent: 2, width: 8, depth: 1 } as const;

/** Pictures that are dark under one label and bright under the other. */
const labelled = Array.from({ length: 64 }, (_, at) => ({
  tokens: Int32Array.from({ length: 48 }, () => (at % 2) * 2 + Math.floor(2 * random())),
  given: Int32Array.of(at % 2),
}));
const texts = Array.from({ length: 64 }, (_, at) => ({
  tokens: Int32Array.of(
    ...[
      [2, 3, 1],
      [4, 1],
      [5, 5, 5, 1],
    ][at % 3]!,
  ),
}));

describe('training', () => {
  test('learns where points are', async () => {
    await using model = ganOf(plane, { latent: 2, width: 32, depth: 2 });
    const words = await train(model, points, { steps: 300, batch: 64, learning_rate: 2e-3, average: 0.9, monitor: 100 });
    expect(words).toHaveLength(300);
    expect(words.filter(({ figures }) => figures)).toHaveLength(3);
    const { rows } = await say(
      model,
      Array.from({ length: 64 }, () => ({})),
    );
    const middle = (axis: number): number => rows.reduce((sum, row) => sum + row[axis]!, 0) / rows.length;
    expect(Math.abs(middle(0) - 20)).toBeLessThan(5);
    expect(Math.abs(middle(1) - 40)).toBeLessThan(5);
  });

  test.each([
    ['a picture for a label', pictures, { condition: 'projection', width: 4, depth: 1, latent: 2 }, labelled],
    ['a picture, its label among what is seen', pictures, { condition: 'concatenation', width: 4, depth: 1, latent: 2 }, labelled],
    ['a text', letters, { length: 5, width: 4, depth: 1, latent: 2 }, texts],
    ['points through a mapping, spectrally normalised', plane, { ...small, mapping: 2, spectral_norm: true }, points],
  ] as const)('%s can be learned, loaded and said', async (_, tokenizer, settings, rows) => {
    const folder = await mkdtemp(join(tmpdir(), 'gan-'));
    try {
      await using model = ganOf(tokenizer, settings);
      const words = await train(model, rows, { ...few, gradient_penalty: 1, r1: 1, instance_noise: 0.1 });
      expect(words.at(-1)).toMatchObject({ done: 3, total: 3, unit: 'steps' });
      await model.save(folder);
      await using other = ganOf(tokenizer, settings);
      await other.load(folder);
      const asked = [{ given: Int32Array.of(1) }, {}, { task: { name: 'truncate', with: { truncation: 0.5 } } }];
      const [said, again] = [await say(model, asked), await say(other, asked)];
      expect(said.rows).toEqual(again.rows);
      expect(said.counts).toEqual([0, 0, 0].map(() => model.blueprint.positions));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    ['GAN_TOO_FEW', points.slice(0, 1), {}],
    ['GAN_CONSTANT', [points[0]!, points[0]!, points[0]!], {}],
    ['GAN_UNBOUNDED', points, { game: 'wasserstein' }],
    ['GAN_ROW_LENGTH', [...points.slice(0, 9), { tokens: Int32Array.of(1) }], {}],
    ['GAN_ID', [...points.slice(0, 9), { tokens: Int32Array.of(1, 64) }], {}],
    ['TOOLKIT_NO_DEVICE', points, { device: 'cuda' }],
  ] as const)('fails with %s', async (code, rows, settings) => {
    await expect(train(ganOf(plane, small), rows, { ...few, ...settings })).rejects.toMatchObject({ code });
  });

  test.each([
    ['GAN_NO_LABEL', undefined],
    ['GAN_LABEL', Int32Array.of(2)],
    ['GAN_LABEL', Int32Array.of(0, 1)],
  ])('fails with %s where a label is %j', async (code, given) => {
    const rows = labelled.map(({ tokens }) => (given ? { tokens, given } : { tokens }));
    const model = ganOf(pictures, { condition: 'projection', width: 4, depth: 1 });
    await expect(train(model, rows, few)).rejects.toMatchObject({ code });
  });

  test('a learning rate that diverges is named; before anything was learned it is an error', async () => {
    const wild: Parameters<typeof train>[2] = {
      game: 'wasserstein',
      gradient_penalty: 10,
      learning_rate: 1,
      critic_learning_rate: 1,
      betas: [0, 0],
      batch: 32,
    } as const;
    await expect(train(ganOf(plane, { ...small, depth: 4 }), points, { ...wild, steps: 2000 })).rejects.toMatchObject({
      code: 'GAN_DIVERGED',
      message: expect.stringContaining('lower "learning_rate"'),
    });
  });
});

describe('a model', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gan-'));
    await using model = ganOf(plane, small);
    await train(model, points, few);
    await model.save(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is a pair of .onnx files that say what they are', async () => {
    const { inputs, outputs, metadata } = await loadOnnx(join(folder, 'generator.onnx'));
    expect(inputs).toEqual([
      { name: 'z', dtype: 'float32', shape: ['batch', 2] },
      { name: 'truncation', dtype: 'float32', shape: ['batch'] },
    ]);
    expect(outputs).toEqual([{ name: 'made', dtype: 'float32', shape: ['batch', 2] }]);
    expect(metadata).toMatchObject({ network: '"dense"', levels: '64', tokenizer: '"made"' });
  });

  test('is an error to use before it has learned', async () => {
    await expect(say(ganOf(plane, small), [{}])).rejects.toMatchObject({ code: 'GAN_UNTRAINED' });
    await expect(ganOf(plane, small).save(folder)).rejects.toMatchObject({ code: 'GAN_UNTRAINED' });
  });

  test('goes on from no prompt', async () => {
    await using model = ganOf(plane, small);
    await model.load(folder);
    await expect(say(model, [{ tokens: Int32Array.of(1) }])).rejects.toMatchObject({ code: 'GAN_PROMPT' });
  });

  test.each([
    ['settings', ganOf(plane, { ...small, latent: 3 })],
    ['levels', ganOf(tokenizerOf({ vocabulary: 65, shape: [2] }), small)],
    ['shape', ganOf(tokenizerOf({ vocabulary: 64, shape: [3] }), small)],
    ['tokenizer', ganOf({ ...plane, fingerprint: 'other' }, small)],
  ])('is refused by a pipeline of other %s', async (what, other) => {
    await expect(other.load(folder)).rejects.toMatchObject({ code: 'GAN_MISMATCH', message: expect.stringContaining(`with ${what} `) });
  });

  test('is refused where a file is missing, cut or no network', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'gan-'));
    const load = () => ganOf(plane, small).load(elsewhere);
    await expect(load()).rejects.toMatchObject({ code: 'GAN_FILE', message: expect.stringContaining('ENOENT') });
    for (const file of ['generator.onnx', 'discriminator.onnx']) await writeFile(join(elsewhere, file), await readFile(join(folder, file)));
    await load();
    await truncate(join(elsewhere, 'discriminator.onnx'), 500);
    await expect(load()).rejects.toMatchObject({ code: 'TOOLKIT_ONNX' });
    await writeFile(join(elsewhere, 'generator.onnx'), 'not at all');
    await expect(load()).rejects.toMatchObject({ code: 'TOOLKIT_ONNX' });
    await rm(elsewhere, { recursive: true });
  });
});
