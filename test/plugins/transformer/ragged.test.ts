import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { InferenceEngine } from '../../../plugins/transformer/session/engine.ts';
import { groupsOf } from '../../../plugins/transformer/session/groups.ts';
import { randomWeights } from '../../bench/transformer-models.ts';

const VOCABULARY = 40;
const pause = async (): Promise<void> => undefined;
const random = createRandom(9);
const ids = (length: number): Int32Array => Int32Array.from({ length }, () => Math.floor(random() * VOCABULARY));
const SHAPES = {
  rotary: { preset: 'llama', layers: 2, heads: 2, width: 32, context: 1200 },
  absolute: { preset: 'gpt2', layers: 2, heads: 2, width: 32, context: 1200 },
  window: { preset: 'llama', layers: 2, heads: 2, width: 32, context: 1200, window: 6 },
} as const;

const engineOf = async (shape: keyof typeof SHAPES): Promise<InferenceEngine> => {
  const model = new TransformerModel(SHAPES[shape], { vocabulary: VOCABULARY });
  const weights = randomWeights(model);
  return InferenceEngine.open({
    architecture: model.architecture,
    precisions: { layers: 'float32', head: 'float32' },
    weights,
    device: 'cpu',
    threads: 1,
  });
};

const expectNear = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(found[i]! - expected[i]!)).toBeLessThan(2e-4);
};

describe.each(['rotary', 'absolute', 'window'] as const)('rows of unequal length (%s)', (shape) => {
  test.each([
    ['short', [9, 7, 11, 8, 3]],
    ['longer than a piece', [520, 512, 500, 521]],
  ])('%s: cost, and are gone on from, as alone', async (_, lengths) => {
    const engine = await engineOf(shape);
    const rows = lengths.map((length) => ids(length + 3));
    const whole = async (tokens: Int32Array, positions: number): Promise<Float32Array> => {
      const out = await engine.read([{ fresh: tokens, memory: 0, next: 999, positions }], pause);
      engine.release(999);
      return out as Float32Array;
    };
    const parts = rows.map((row, i) => ({ fresh: row.subarray(0, -3), memory: 0, next: i + 1, positions: 2 }));
    const together = (await engine.read(parts, pause)) as Float32Array;
    const onward = async (from: number, memory: number) =>
      (await engine.read(
        rows.map((row, i) => ({
          fresh: row.subarray(row.length - from, row.length - from + 1),
          memory: memory + i,
          next: memory + 10 + i,
          positions: 1,
        })),
        pause,
      )) as Float32Array;
    const [first, second] = [await onward(3, 1), await onward(2, 11)];
    for (const [i, row] of rows.entries()) {
      expectNear(together.subarray(2 * i * VOCABULARY, 2 * (i + 1) * VOCABULARY), await whole(row.subarray(0, -3), 2));
      expectNear(first.subarray(i * VOCABULARY, (i + 1) * VOCABULARY), await whole(row.subarray(0, -2), 1));
      expectNear(second.subarray(i * VOCABULARY, (i + 1) * VOCABULARY), await whole(row.subarray(0, -1), 1));
    }
    const priced = (tokens: Int32Array, next: number) => {
      const targets = tokens.subarray(1);
      return { fresh: tokens.subarray(0, -1), memory: 0, next, positions: targets.length, targets };
    };
    const prices = await engine.read(
      rows.map((row, i) => priced(row, 30 + i)),
      pause,
    );
    let at = 0;
    for (const row of rows) {
      expectNear(prices.subarray(at, at + row.length - 1), await engine.read([priced(row, 40)], pause));
      at += row.length - 1;
    }
    await engine.close();
  });
});

describe('which rows are read together', () => {
  const place = {};
  const rowsOf = (lengths: readonly number[], going = false) =>
    lengths.map((length, at) => ({ part: { fresh: new Int32Array(length) }, at, place: going ? place : undefined }));
  const lengthsOf = (lengths: readonly number[], { most = 1e9, going = false } = {}) =>
    groupsOf(rowsOf(lengths, going), most).map(({ rows }) => rows.map(({ part }) => part.fresh.length));

  test('new rows of about one length, in their order', () => {
    expect(lengthsOf([100, 96, 104])).toEqual([[100, 96, 104]]); // 12 of padding
    expect(lengthsOf([4, 100, 5])).toEqual([[100], [4, 5]]);
    expect(lengthsOf([8, 20])).toEqual([[8, 20]]); // 12 of padding
    expect(lengthsOf([3, 20])).toEqual([[20], [3]]); // 17 would be too many
  });

  test('rows that go on, where they read equally much', () => {
    expect(lengthsOf([1, 1, 2, 1], { going: true })).toEqual([[1, 1, 1], [2]]);
  });

  test('no more tokens than may be, but for a row alone', () => {
    expect(lengthsOf([10, 10, 10, 9], { most: 20 })).toEqual([
      [10, 10],
      [10, 9],
    ]);
    expect(lengthsOf([30, 30], { most: 20 })).toEqual([[30], [30]]);
    expect(lengthsOf([5, 5, 5], { most: 10, going: true })).toEqual([[5, 5], [5]]);
  });
});
