import { describe, expect, test } from 'vitest';
import { type Attention, assemble, type Prediction, type Stages, score } from '../../../core/index.ts';

/** Predicts the sum of all that a row read, modulo 4, with three quarters of the mass: what is remembered decides the price. */
const summing = (context?: number, priced = false): { stages: Stages; alive: Set<object> } => {
  const alive = new Set<object>();
  const sums = (hidden: unknown): number[][] => hidden as number[][];
  const attention: Attention = {
    attend(hidden, memory) {
      const running = (hidden as Int32Array[]).map((row, i) => {
        let sum = (memory[i] as { sum: number } | undefined)?.sum ?? 0;
        return [...row].map((id) => (sum = (sum + id) % 4));
      });
      const after = running.map((row, i) => ({ sum: row.at(-1) ?? (memory[i] as { sum: number } | undefined)?.sum ?? 0 }));
      for (const one of after) alive.add(one);
      return { hidden: running, memory: after };
    },
    release: (memory) => void alive.delete(memory as object),
  };
  const priceOf = (sum: number, target: number): number => -Math.log(sum === target ? 0.75 : 0.25 / 3);
  return {
    alive,
    stages: {
      encoder: { ...(context && { context }), encode: (fresh) => fresh },
      attention,
      decoder: {
        decode(hidden, positions): Prediction {
          const rows = sums(hidden).flatMap((row, i) => row.slice(row.length - positions[i]!));
          const data = Float32Array.from(rows.flatMap((sum) => [0, 1, 2, 3].map((id) => 5 - priceOf(sum, id))));
          return { kind: 'categorical', extent: 'next', counts: positions, logits: { dims: [rows.length, 4], data } };
        },
        ...(priced && {
          price: (hidden, targets) =>
            targets.map((row, i) => Float64Array.from(row, (target, t) => priceOf(sums(hidden)[i]!.at(t - row.length)!, target))),
        }),
      },
    },
  };
};

const long = Int32Array.from({ length: 2500 }, (_, i) => (i * i + (i >> 3)) % 4);
const prices = (tokens: Int32Array, from = 0): number[] => {
  let sum = 0;
  return [...tokens.slice(0, -1)].map((id, i) => {
    sum = i < from ? 0 : (sum + id) % 4;
    return -Math.log(sum === tokens[i + 1] ? 0.75 : 0.25 / 3);
  });
};

describe('scoring', () => {
  test.each([false, true])('prices every token in the light of all before, across pieces (a decoder that prices: %s)', async (priced) => {
    const { stages, alive } = summing(undefined, priced);
    const scores = await score(assemble(stages), [{ tokens: long }, { tokens: long.subarray(0, 3) }, { tokens: long.subarray(0, 1) }]);
    for (const [i, price] of prices(long).entries()) expect(scores[0]!.nats[i]).toBeCloseTo(price, 5);
    expect(scores.map(({ nats }) => nats.length)).toEqual([2499, 2, 0]);
    expect(alive.size).toBe(0);
  });

  test('beyond a context, windows move on by the stride', async () => {
    const { stages, alive } = summing(6);
    const tokens = long.subarray(0, 12);
    const [score4] = await score(assemble(stages), [{ tokens }], { stride: 4 });
    // the first window prices 6 targets; the second, tokens 4 to 9, the next 4; the last, tokens 5 to 10, the last one
    const windows = [prices(tokens), prices(tokens.subarray(4)), prices(tokens.subarray(5))];
    const expected = [...windows[0]!.slice(0, 6), ...windows[1]!.slice(2, 6), ...windows[2]!.slice(5)];
    for (const [i, price] of expected.entries()) expect(score4!.nats[i]).toBeCloseTo(price, 5);
    expect(score4!.nats).toHaveLength(11);
    expect(alive.size).toBe(0);
  });

  test('of samples without likelihood is an error', async () => {
    const point = assemble({
      ...summing().stages,
      decoder: {
        decode: (hidden) => ({ kind: 'point', extent: 'whole', counts: (hidden as unknown[]).map(() => 1), rows: hidden as Int32Array[] }),
      },
    });
    await expect(score(point, [{ tokens: Int32Array.of(1) }], { extent: 'whole' })).rejects.toMatchObject({ code: 'NO_LIKELIHOOD' });
  });
});
