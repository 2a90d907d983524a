import { afterEach, describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { isDeep } from '../../../core/laws/index.ts';
import type { GanModel } from '../../../plugins/gan/model.ts';
import { LevelsTokenizer } from '../../../plugins/numbers/levels-tokenizer.ts';
import { ganOf, say, train } from './made.ts';

const SIGMA = 0.1;

/** Normal distributions in the plane, and rows of points drawn from them. */
const mixture = (centres: readonly (readonly [number, number])[], bound: number, count: number) => {
  const tokenizer = new LevelsTokenizer({ fields: 2, low: -bound, high: bound, levels: 1024, outside: 'refuse' });
  const random = createRandom(77);
  const rows = Array.from({ length: count }, () => {
    const [x, y] = centres[Math.floor(random() * centres.length)]!;
    return { tokens: tokenizer.tokenize([x + SIGMA * normal(random), y + SIGMA * normal(random)]) };
  });
  return { centres, tokenizer, rows };
};

const ring = mixture(
  Array.from({ length: 8 }, (_, at) => [2 * Math.cos((at * Math.PI) / 4), 2 * Math.sin((at * Math.PI) / 4)] as const),
  3,
  10000,
);
const grid = mixture(
  Array.from({ length: 25 }, (_, at) => [2 * (at % 5) - 4, 2 * Math.floor(at / 5) - 4] as const),
  5,
  20000,
);

/** Of 2,000 samples: how many centres have at least five within 3σ, and what share of all lies so. */
const measure = async (model: GanModel, { centres, tokenizer }: typeof ring) => {
  const near = new Array<number>(centres.length).fill(0);
  const { rows } = await say(
    model,
    Array.from({ length: 2000 }, () => ({})),
  );
  for (const row of rows) {
    const [x, y] = tokenizer.detokenize(row) as [number, number];
    const at = centres.findIndex(([a, b]) => Math.hypot(x - a, y - b) <= 3 * SIGMA);
    if (at >= 0) near[at]!++;
  }
  return { touched: near.filter((count) => count >= 5).length, within: near.reduce((a, b) => a + b) / rows.length };
};

let model: GanModel;
afterEach(() => model[Symbol.asyncDispose]());

const wasserstein = {
  game: 'wasserstein',
  critic_steps: 3,
  learning_rate: 2e-3,
  betas: [0, 0.9] as [number, number],
  decay: 'linear',
  average: 0.99,
} as const;

describe('eight normal distributions on a ring', () => {
  test('the plain game collapses where the generator learns too fast, and the monitor names it', async () => {
    model = ganOf(ring.tokenizer, { latent: 2, width: 32, depth: 2 });
    const hasty = { steps: 400, batch: 64, learning_rate: 5e-3, critic_learning_rate: 5e-5, average: 0, monitor: 20 };
    const words = await train(model, ring.rows.slice(0, 2000), hasty);
    expect(words.flatMap(({ warning }) => warning ?? [])[0]).toMatch(
      /^At step \d+ the generator has collapsed.* Try "game": "wasserstein"/,
    );
    expect((await measure(model, ring)).touched).toBeLessThan(8);
    model = ganOf(ring.tokenizer, { latent: 2, width: 32, depth: 2 });
    await expect(train(model, ring.rows.slice(0, 2000), { ...hasty, on_collapse: 'stop' })).rejects.toMatchObject({
      code: 'GAN_COLLAPSED',
    });
  });

  test.skipIf(!isDeep()).each([1, 2, 3])('WGAN-GP finds all of them from seed %d', async (seed) => {
    model = ganOf(ring.tokenizer, { latent: 4, width: 128, depth: 3 });
    const words = await train(
      model,
      ring.rows,
      { ...wasserstein, steps: 2000, batch: 128, gradient_penalty: 1 },
      { random: createRandom(seed) },
    );
    const { touched, within } = await measure(model, ring);
    console.log(`ring, seed ${seed}: ${touched} of 8, ${(100 * within).toFixed(1)} % within 3σ`);
    expect(words.filter(({ warning }) => warning)).toEqual([]);
    expect(touched).toBe(8);
    expect(within).toBeGreaterThanOrEqual(0.85);
  });
});

describe('twenty-five normal distributions on a grid', () => {
  test.skipIf(!isDeep()).each([1, 2, 3])('WGAN-GP finds at least 24 from seed %d', async (seed) => {
    model = ganOf(grid.tokenizer, { latent: 4, width: 128, depth: 3 });
    await train(model, grid.rows, { ...wasserstein, steps: 2500, batch: 128, gradient_penalty: 0.3 }, { random: createRandom(seed) });
    const { touched, within } = await measure(model, grid);
    console.log(`grid, seed ${seed}: ${touched} of 25, ${(100 * within).toFixed(1)} % within 3σ`);
    expect(touched).toBeGreaterThanOrEqual(24);
  });
});
