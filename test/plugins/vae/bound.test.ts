import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { bound } from '../../../plugins/vae/latent/bound.ts';

/** x = Wz + ε in two dimensions, z and ε normal, ε of deviation s: the marginal of x is normal with covariance WWᵀ + s²I. */
interface Linear {
  readonly w: readonly [readonly [number, number], readonly [number, number]];
  readonly s: number;
  readonly x: readonly [number, number];
}

const price =
  ({ w, s, x }: Linear) =>
  async (codes: Float32Array): Promise<number[]> =>
    Array.from({ length: codes.length / 2 }, (_, at) => {
      const [a, b] = [codes[2 * at]!, codes[2 * at + 1]!];
      const off = w.map((row, i) => x[i]! - row[0] * a - row[1] * b);
      return (off[0]! ** 2 + off[1]! ** 2) / (2 * s * s) + Math.log(2 * Math.PI * s * s);
    });

/** −ln p(x), in closed form. */
const truth = ({ w, s, x }: Linear): number => {
  const [[a, b], [c, d]] = w;
  const [xx, xy, yy] = [a * a + b * b + s * s, a * c + b * d, c * c + d * d + s * s];
  const determinant = xx * yy - xy * xy;
  const distance = (x[0] ** 2 * yy - 2 * x[0] * x[1] * xy + x[1] ** 2 * xx) / determinant;
  return (distance + Math.log(determinant)) / 2 + Math.log(2 * Math.PI);
};

/** The posterior of z where the columns of W are orthogonal: diagonal. */
const posterior = ({ w, s, x }: Linear) => {
  const column = (i: 0 | 1): readonly [number, number] => [w[0][i], w[1][i]];
  const units = ([0, 1] as const).map((i) => {
    const [p, q] = column(i);
    const variance = 1 / (1 + (p * p + q * q) / (s * s));
    return { variance, mean: (variance * (p * x[0] + q * x[1])) / (s * s) };
  });
  return { mean: Float32Array.from(units, ({ mean }) => mean), variance: Float32Array.from(units, ({ variance }) => variance) };
};

/** The mean of estimates, and the standard error of it. */
const estimate = async (model: Linear, q: ReturnType<typeof posterior>, draws: number, times: number, seed: number) => {
  const random = createRandom(seed);
  const values: number[] = [];
  for (let i = 0; i < times; i++) values.push(await bound(q, price(model), draws, random));
  const mean = values.reduce((a, b) => a + b) / times;
  return { mean, error: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / times / (times - 1)) };
};

const some = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const orthogonal = fc
  .record({ turn: some(0, 6), first: some(0.2, 2), second: some(0.2, 2), s: some(0.3, 1.5), x: fc.tuple(some(-2, 2), some(-2, 2)) })
  .map(({ turn, first, second, s, x }): Linear => {
    const [c, n] = [Math.cos(turn), Math.sin(turn)];
    return {
      w: [
        [first * c, -second * n],
        [first * n, second * c],
      ],
      s,
      x: x as [number, number],
    };
  });
const SIX = 6; // standard errors: one estimate in a thousand million is farther off

describe('the bound of a linear-Gaussian model', () => {
  it('is the likelihood where the posterior is exact, whatever is drawn', async () => {
    await fc.assert(
      fc.asyncProperty(orthogonal, fc.integer({ min: 1, max: 700 }), fc.nat(999), async (model, draws, seed) => {
        const found = await bound(posterior(model), price(model), draws, createRandom(seed));
        expect(Math.abs(found - truth(model))).toBeLessThan(1e-4 * Math.max(1, Math.abs(truth(model)))); // codes are float32
      }),
      { numRuns: 60 },
    );
  });

  it('with another posterior exceeds it by that divergence for one draw, by less for more, and never lies below it beyond its error', async () => {
    const wrong = fc.record({ model: orthogonal, shift: some(-0.5, 0.5), spread: some(0.6, 1.2), seed: fc.nat(999) });
    await fc.assert(
      fc.asyncProperty(wrong, async ({ model, shift, spread, seed }) => {
        const exact = posterior(model);
        const q = { mean: exact.mean.map((value) => value + shift), variance: exact.variance.map((value) => value * spread) };
        const apart = exact.variance.reduce((sum, value) => sum + (spread + shift ** 2 / value - 1 - Math.log(spread)) / 2, 0);
        const one = await estimate(model, q, 1, 2000, seed);
        const many = await estimate(model, q, 50, 200, seed + 1);
        expect(Math.abs(one.mean - truth(model) - apart)).toBeLessThan(SIX * one.error + 1e-4);
        expect(many.mean).toBeLessThan(one.mean + SIX * (one.error + many.error) + 1e-4);
        expect(many.mean).toBeGreaterThan(truth(model) - SIX * many.error - 1e-4);
      }),
      { numRuns: 15 },
    );
  });
});
