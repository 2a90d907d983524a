import { describe, expect, test } from 'vitest';
import { LevelsTokenizer } from '../../../plugins/numbers/levels-tokenizer.ts';

const settings = { fields: 2, low: -3, high: 3, levels: 6, outside: 'refuse' } as const;
const levels = new LevelsTokenizer(settings);

describe('levels', () => {
  test('are equal steps between the bounds, both of which belong to them', () => {
    expect([...levels.tokenize([-3, 3])]).toEqual([0, 5]);
    expect([...levels.tokenize([-0.001, 0])]).toEqual([2, 3]);
    expect(levels.detokenize(Int32Array.of(0, 3))).toEqual([-2.5, 0.5]);
  });

  test('have a start that spells nothing, and rows of one shape', () => {
    expect(levels).toMatchObject({ vocabulary: 7, start: 6, shape: [2] });
    expect(levels.detokenize(Int32Array.of(6, 5))).toEqual([2.5]);
  });

  test('take numbers as texts, as CSV has them', () => {
    expect([...levels.tokenize(['-2.5', ' 1e0 '])]).toEqual([0, 4]);
  });

  test('outside: refused, or clamped where that is said', () => {
    expect(() => levels.tokenize([0, 3.01])).toThrow(expect.objectContaining({ code: 'NUMBERS_OUTSIDE' }));
    const clamping = new LevelsTokenizer({ ...settings, outside: 'clamp' });
    expect([...clamping.tokenize([Number.NEGATIVE_INFINITY, 99])]).toEqual([0, 5]);
    expect(clamping.fingerprint).not.toBe(levels.fingerprint);
  });

  test.each([
    ['NUMBERS_NO_ROW', 'a text'],
    ['NUMBERS_COUNT', [1]],
    ['NUMBERS_NO_NUMBER', [1, 'NA']],
    ['NUMBERS_NO_NUMBER', [1, ' ']],
    ['NUMBERS_NO_NUMBER', [1, null]],
    ['NUMBERS_NO_NUMBER', [Number.NaN, 1]],
  ])('throws %s at %j', (code, row) => {
    expect(() => levels.tokenize(row as never)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    [3, 3],
    [1, 0],
    [-1e308, 1e308],
  ])('refuses the bounds %d and %d', (low, high) => {
    expect(() => new LevelsTokenizer({ ...settings, low, high })).toThrow(expect.objectContaining({ code: 'NUMBERS_BOUNDS' }));
  });
});
