import { describe, expect, it } from 'vitest';
import { createRandom, type Task } from '../../../core/index.ts';
import { VaeAttention } from '../../../plugins/vae/attend.ts';
import { between } from '../../../plugins/vae/look.ts';
import { VaeModel } from '../../../plugins/vae/model.ts';
import { settingsOf, tokenizerOf } from './made.ts';

const model = new VaeModel(settingsOf({ latent: 2 }), tokenizerOf({ levels: 2, shape: [2, 2] }));
const normal = (mean: readonly number[], variance: readonly number[]) => ({
  mean: Float32Array.from(mean),
  variance: Float32Array.from(variance),
});
const [right, up] = [normal([2, 0], [0.01, 0.01]), normal([0, 2], [0.01, 0.01])];

/** The code that one row looks at, and what it costs. */
const attended = (posteriors: readonly ReturnType<typeof normal>[], task?: Task, seed = 1) => {
  const run = { random: [createRandom(seed)], given: [undefined], task: [task], signal: new AbortController().signal };
  const { hidden } = new VaeAttention(model).attend({ posteriors: [posteriors], given: new Float32Array(0) }, [undefined], run);
  return { code: Array.from(hidden.codes!), cost: hidden.cost![0]! };
};
const codeOf = (posteriors: readonly ReturnType<typeof normal>[], name: string, settings: object, index: number, count: number): number[] =>
  attended(posteriors, { name, with: settings as Record<string, unknown>, index, count }).code;

describe('without a task', () => {
  it('a row that reads nothing draws from the prior', () => {
    const codes = Array.from({ length: 4000 }, (_, seed) => attended([], undefined, seed));
    const first = codes.map(({ code }) => code[0]!);
    const mean = first.reduce((a, b) => a + b) / first.length;
    expect(Math.abs(mean)).toBeLessThan(0.08); // five standard errors
    expect(Math.abs(first.reduce((sum, value) => sum + value ** 2, 0) / first.length - 1)).toBeLessThan(0.12);
    expect(codes[0]!.cost).toBe(0);
  });

  it('one that reads draws from its posterior, and costs its divergence', () => {
    const posterior = normal([1, -1], [0.25, 4]);
    const codes = Array.from({ length: 4000 }, (_, seed) => attended([posterior], undefined, seed));
    const off = codes.map(({ code }) => [(code[0]! - 1) / 0.5, (code[1]! + 1) / 2] as const);
    for (const unit of [0, 1] as const)
      expect(Math.abs(off.reduce((sum, one) => sum + one[unit] ** 2, 0) / off.length - 1)).toBeLessThan(0.12);
    // Σ (µ² + σ² − ln σ² − 1)/2 = (1 + 0.25 + ln 4 − 1)/2 + (1 + 4 − ln 4 − 1)/2
    expect(codes[0]!.cost).toBeCloseTo(2.125, 6);
  });
});

describe('tasks', () => {
  it('reconstruct looks at the means, in turn', () => {
    expect([0, 1, 2].map((index) => codeOf([right, up], 'reconstruct', {}, index, 3))).toEqual([
      [2, 0],
      [0, 2],
      [2, 0],
    ]);
  });

  it('vary draws about the means, as far as spread says', () => {
    expect(codeOf([right], 'vary', { spread: 0 }, 0, 1)).toEqual([2, 0]);
    const [near, far] = [codeOf([right], 'vary', { spread: 1 }, 0, 1), codeOf([right], 'vary', { spread: 3 }, 0, 1)];
    expect((far[0]! - 2) / (near[0]! - 2)).toBeCloseTo(3, 3);
  });

  it('interpolate walks from prompt to prompt, in a line or along the arc', () => {
    const walk = (path: string) => [0, 1, 2, 3, 4].map((index) => codeOf([right, up, right], 'interpolate', { path }, index, 5));
    expect(walk('linear')).toEqual([
      [2, 0],
      [1, 1],
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
    const half = 2 * Math.SQRT1_2;
    walk('spherical').forEach((code, at) => {
      const wanted = [
        [2, 0],
        [half, half],
        [0, 2],
        [half, half],
        [2, 0],
      ][at]!;
      expect(code[0]).toBeCloseTo(wanted[0]!, 5);
      expect(code[1]).toBeCloseTo(wanted[1]!, 5);
    });
    expect(codeOf([right, up], 'interpolate', {}, 0, 1)).toEqual([1, 1]); // one alone stands half-way
  });

  it('an arc between codes of one direction, or none, is a line', () => {
    expect(Array.from(between(Float32Array.of(1, 1), Float32Array.of(3, 3), 0.25, 'spherical'))).toEqual([1.5, 1.5]);
    expect(Array.from(between(Float32Array.of(0, 0), Float32Array.of(2, 4), 0.5, 'spherical'))).toEqual([1, 2]);
  });

  it('traverse moves one unit, or two over a square, about the prompt or the middle of the prior', () => {
    expect([0, 1, 2].map((index) => codeOf([], 'traverse', { dimension: 1 }, index, 3))).toEqual([
      [0, -3],
      [0, 0],
      [0, 3],
    ]);
    expect(codeOf([right], 'traverse', { dimension: 1, from: -1, to: 1 }, 0, 2)).toEqual([2, -1]);
    const plane = [0, 1, 2, 3].map((index) => codeOf([], 'traverse', { dimension: [0, 1], from: -1, to: 1 }, index, 4));
    expect(plane).toEqual([
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ]);
  });

  it.each([
    ['reconstruct', {}, [], 'VAE_NEEDS_PROMPTS'],
    ['vary', {}, [], 'VAE_NEEDS_PROMPTS'],
    ['interpolate', {}, [right], 'VAE_NEEDS_PROMPTS'],
    ['interpolate', { path: 'crooked' }, [right, up], 'VAE_TASK'],
    ['traverse', { dimension: 2 }, [], 'VAE_TASK'],
    ['traverse', { dimension: [0] }, [], 'VAE_TASK'],
    ['traverse', { from: 'a' }, [], 'VAE_TASK'],
    ['vary', { spread: -1 }, [right], 'VAE_TASK'],
    ['vary', { spreat: 1 }, [right], 'VAE_TASK_SETTING'],
    ['reconstruct', { spread: 1 }, [right], 'VAE_TASK_SETTING'],
  ])('%s with %j is refused', (name, settings, posteriors, code) => {
    expect(() => codeOf(posteriors, name, settings, 0, 1)).toThrow(expect.objectContaining({ code }));
  });
});
