import { describe, expect, test } from 'vitest';
import { createRandom, normal } from '../../../core/index.ts';
import { lookedAt } from '../../../plugins/gan/tasks.ts';

const seeded = (seed: number, size = 64): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => normal(random));
};
const own = seeded(99);
const length = (x: Float32Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

const near = (found: Float32Array, expected: Float32Array): void => {
  for (const [i, x] of found.entries()) expect(x).toBeCloseTo(expected[i]!, 5);
};

describe('interpolate', () => {
  const at = (index: number, more = {}) =>
    lookedAt(own, { name: 'interpolate', with: { from: 3, to: 4, ...more }, index, count: 5 }).latent!;

  test('goes from one seed to the other', () => {
    expect(at(0)).toEqual(seeded(3));
    near(at(4), seeded(4));
  });

  test('keeps to the sphere, where a straight line would cut through it', () => {
    const ends = [length(seeded(3)), length(seeded(4))];
    expect(length(at(2))).toBeGreaterThan(0.95 * Math.min(...ends));
    const straight = at(2, { path: 'linear' });
    near(
      straight,
      seeded(3).map((x, i) => (x + seeded(4)[i]!) / 2),
    );
    expect(length(straight)).toBeLessThan(0.85 * Math.min(...ends));
  });

  test('stays where it is between a seed and itself, and where one sample is asked for', () => {
    expect(at(3, { to: 3 })).toEqual(seeded(3));
    expect(lookedAt(own, { name: 'interpolate', index: 0, count: 1 }).latent).toEqual(seeded(0));
  });
});

describe('vary', () => {
  const vary = (amount: number) => lookedAt(own, { name: 'vary', with: { around: 5, amount } }).latent!;

  test('is the seed at 0, the row’s own noise at 1, and of their size between', () => {
    expect(vary(0)).toEqual(seeded(5));
    expect(vary(1)).toEqual(own);
    expect(vary(0.5)[0]).toBeCloseTo(Math.sqrt(0.75) * seeded(5)[0]! + 0.5 * own[0]!, 6);
  });
});

describe('truncate', () => {
  test('says how far from the mean', () => {
    expect(lookedAt(own, { name: 'truncate' })).toEqual({ truncation: 0.7 });
    expect(lookedAt(own, { name: 'truncate', with: { truncation: 0 } })).toEqual({ truncation: 0 });
  });
});

test.each([
  ['interpolate', { from: -1 }],
  ['interpolate', { to: 0.5 }],
  ['interpolate', { path: 'curved' }],
  ['vary', { amount: 1.5 }],
  ['truncate', { truncation: 'all' }],
  ['truncate', { psi: 1 }],
  ['vary', { toString: 1 }],
])('%s with %j is refused', (name, settings) => {
  expect(() => lookedAt(own, { name, with: settings })).toThrow(expect.objectContaining({ code: 'GAN_TASK' }));
});
