import { describe, expect, test } from 'vitest';
import { NgramOptions, smoothed } from '../../../plugins/ngram/options.ts';
import { filled, takes } from '../../settings.ts';

describe('the settings of an n-gram backend', () => {
  test('are an order of 5 and Kneser–Ney where nothing is said', () => {
    const settings = filled(NgramOptions, {});
    expect(settings).toEqual({ order: 5, smoothing: 'kneser-ney' });
  });

  test.each([
    [
      { order: 1, smoothing: 'laplace' },
      { use: 'laplace', with: { k: 1 } },
    ],
    [
      { order: 6, smoothing: { use: 'laplace' } },
      { use: 'laplace', with: { k: 1 } },
    ],
    [
      { order: 5, smoothing: { use: 'laplace', with: { k: 0.01 } } },
      { use: 'laplace', with: { k: 0.01 } },
    ],
    [
      { order: 5, smoothing: 'kneser-ney' },
      { use: 'kneser-ney', with: { discount_fallback: [0.5, 1, 1.5] } },
    ],
  ])('%j mean %j', (settings, meant) => {
    expect(takes(NgramOptions, settings)).toBe(true);
    expect(smoothed(settings)).toEqual(meant);
  });

  test.each([
    { order: 0, smoothing: 'laplace' },
    { order: 7, smoothing: 'laplace' },
    { order: 2.5, smoothing: 'laplace' },
    { order: 5, smoothing: 'katz' },
    { order: 5, smoothing: 'laplace', k: 1 },
    { order: 5, smoothing: { use: 'laplace', with: { k: 0 } } },
    { order: 5, smoothing: { use: 'laplace', with: { k: 1001 } } },
    { order: 5, smoothing: { use: 'laplace', with: { discount_fallback: [0.5, 1, 1.5] } } },
    { order: 5, smoothing: { use: 'kneser-ney', with: { k: 1 } } },
    { order: 5, smoothing: { use: 'kneser-ney', with: { discount_fallback: [1.1, 1, 1.5] } } },
    { order: 5, smoothing: { use: 'kneser-ney', with: { discount_fallback: [0.5, 1] } } },
  ])('%j are refused', (settings) => {
    expect(takes(NgramOptions, settings)).toBe(false);
  });
});
