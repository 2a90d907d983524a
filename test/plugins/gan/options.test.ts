import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { GanDecoder } from '../../../plugins/gan/decode.ts';
import { GanEncoder } from '../../../plugins/gan/encode.ts';
import { loadOnnx, loadWeights } from '../../../plugins/toolkit/index.ts';
import { ganOf, say, tokenizerOf, train } from './made.ts';

const plane = tokenizerOf({ vocabulary: 65536, shape: [2] });
const letters = tokenizerOf({ vocabulary: 6, start: 0, stop: 1 });
const random = createRandom(5);
const points = Array.from({ length: 64 }, () => ({ tokens: Int32Array.of(20000 + 900 * normal(random), 40000 + 900 * normal(random)) }));
const texts = Array.from({ length: 64 }, (_, at) => ({
  tokens: Int32Array.of(
    ...[
      [2, 3, 1],
      [4, 1],
      [5, 5, 5, 1],
    ][at % 3]!,
  ),
}));
const small = { latent: 2, width: 4, depth: 1 } as const;
const usual = { steps: 4, batch: 8, monitor: 4, average: 0, learning_rate: 1e-2 } as const;

/** What a GAN says after so short a training. */
const said = async (training: Parameters<typeof train>[2], settings: Parameters<typeof ganOf>[1] = small): Promise<readonly number[]> => {
  await using model = ganOf(plane, settings);
  await train(model, points, { ...usual, ...training });
  return (await say(model, [{}, {}])).rows.flatMap((row) => [...row]);
};

/** The weights of a discriminator, by name. */
const judging = async (training: Parameters<typeof train>[2], settings: Parameters<typeof ganOf>[1]) => {
  const folder = await mkdtemp(join(tmpdir(), 'gan-'));
  try {
    await using model = ganOf(plane, settings);
    await train(model, points, training);
    await model.save(folder);
    return { judge: await loadWeights(join(folder, 'discriminator.onnx')), generator: await loadOnnx(join(folder, 'generator.onnx')) };
  } finally {
    await rm(folder, { recursive: true });
  }
};

const before = said({});

describe('every setting of a training changes what is learned', () => {
  test.each([
    { steps: 5 },
    { batch: 9 },
    { game: 'hinge' },
    { critic_steps: 2 },
    { learning_rate: 2e-2 },
    { critic_learning_rate: 1e-1 },
    { betas: [0, 0.9] as [number, number] },
    { decay: 'linear' },
    { gradient_penalty: 10 },
    { r1: 10 },
    { clip: 0.01 },
    { average: 0.5 },
    { instance_noise: 1 },
  ] as const)('%j', async (training) => {
    expect(await said(training as Parameters<typeof said>[0])).not.toEqual(await before);
  });

  test('but not how often it is looked at', async () => {
    expect(await said({ monitor: 1 })).toEqual(await before);
  });
});

describe('the settings of a GAN', () => {
  test.each([{ latent: 3 }, { width: 5 }, { depth: 2 }, { mapping: 1 }, { spectral_norm: true }])('%j makes it another', async (some) => {
    expect(await said({}, { ...small, ...some })).not.toEqual(await before);
  });

  test('mapping stands between the noise and the generator, with its mean', async () => {
    const { generator } = await judging(usual, { ...small, mapping: 2 });
    expect([...generator.initialisers.keys()]).toEqual(expect.arrayContaining(['generator.map1.weight', 'generator.map.mean']));
  });

  test('clip holds every weight of the discriminator', async () => {
    const { judge } = await judging({ ...usual, clip: 0.01 }, small);
    const learned = [...judge].filter(([name]) => name.startsWith('discriminator.'));
    expect(learned).toHaveLength(4);
    for (const [, { data }] of learned) for (const weight of data) expect(Math.abs(Number(weight))).toBeLessThanOrEqual(0.0100001);
  });

  test('spectral_norm keeps a discriminator from being steeper than 1', async () => {
    const steepest = async (spectral_norm: boolean): Promise<number> => {
      await using model = ganOf(plane, { ...small, depth: 2, spectral_norm });
      await train(model, points, { ...usual, steps: 60 });
      const places = Array.from({ length: 32 }, () => [2 * random() - 1, 2 * random() - 1] as const);
      const scores = await model.judge(places.map((place) => ({ reals: Float32Array.from(place), label: undefined })));
      const slopes = places
        .slice(1)
        .map(([x, y], at) => Math.abs(scores[at + 1]! - scores[at]!) / Math.hypot(x - places[at]![0], y - places[at]![1]));
      return Math.max(...slopes);
    };
    expect(await steepest(true)).toBeLessThan(1.05);
    expect(await steepest(false)).toBeGreaterThan(1.05);
  });

  test('draw: a text says the likeliest letter, or one by chance; temperature is what it learns with', async () => {
    const settings = { ...small, length: 5 };
    const speak = async (temperature: [number, number]) => {
      await using model = ganOf(letters, settings);
      await train(model, texts, { ...usual, learning_rate: 1e-3, temperature });
      const luck = Array.from({ length: 16 }, (_, at) => at);
      const run = () => ({
        random: luck.map((at) => createRandom(3, at)),
        given: luck.map(() => undefined),
        task: luck.map(() => undefined),
        signal: new AbortController().signal,
      });
      const drawn = (draw: 'mode' | 'sample') =>
        new GanEncoder(ganOf(letters, { ...settings, draw })).encode(
          luck.map(() => new Int32Array(0)),
          run(),
        );
      const rows = async (draw: 'mode' | 'sample') => {
        const prediction = await new GanDecoder(model).decode(drawn(draw));
        return prediction.kind === 'point' ? prediction.rows.map((row) => row.join()) : [];
      };
      const hidden = drawn('mode');
      const logits = await model.generate(hidden.filter((row) => 'latent' in row));
      return { mode: await rows('mode'), sample: await rows('sample'), logits: logits.map((one) => one.join()) };
    };
    const [warm, cold] = [await speak([1, 0.5]), await speak([0.1, 0.1])];
    expect(warm.sample).not.toEqual(warm.mode);
    expect(warm.logits).not.toEqual(cold.logits);
  });
});
