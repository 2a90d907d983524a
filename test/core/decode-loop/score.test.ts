import { describe, expect, test } from 'vitest';
import { pricesOf } from '../../../core/decode-loop/score.ts';
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

  test.each([false, true])('reads many rows a pass, and no more rows or tokens than it may (a decoder that prices: %s)', async (priced) => {
    const { stages, alive } = summing(undefined, priced);
    const passes: number[][] = [];
    const encoder = {
      encode: (fresh: readonly Int32Array[]) => {
        passes.push(fresh.map(({ length }) => length));
        return fresh;
      },
    };
    const model = assemble({ ...stages, encoder });
    const rows = [3, 9, 1, 5, 9, 25, 7].map((length) => ({ tokens: long.subarray(length, 2 * length) }));
    const scores = await score(model, rows, { width: 3, chunk: 10 });
    expect(passes).toEqual([[10], [10], [4], [8], [8], [6, 4], [2]]); // longest first; pieces of a row go on at once
    for (const [i, { tokens }] of rows.entries()) {
      expect(scores[i]!.nats).toHaveLength(tokens.length - 1);
      for (const [at, price] of prices(tokens).entries()) expect(scores[i]!.nats[at]).toBeCloseTo(price, 5);
    }
    passes.length = 0;
    await score(
      model,
      Array.from({ length: 64 }, () => ({ tokens: long.subarray(0, 17) })),
    );
    expect(passes.map(({ length }) => length)).toEqual([32, 32]);
    passes.length = 0;
    await score(
      model,
      Array.from({ length: 3 }, () => ({ tokens: long.subarray(0, 1001) })),
    );
    expect(passes).toEqual([[1000], [1000], [1000]]);
    expect(alive.size).toBe(0);
  });

  test('an abort is heard between passes, and a failure leaves nothing open', async () => {
    const { stages, alive } = summing();
    const leaving = new AbortController();
    let calls = 0;
    const model = assemble(stages);
    const rows = [{ tokens: long.subarray(0, 9) }, { tokens: long.subarray(0, 9) }];
    const counted = (then: () => void) => ({
      ...model,
      forward: (asked: Parameters<typeof model.forward>[0]) => {
        if (++calls === 2) then();
        return model.forward(asked);
      },
    });
    const aborting = score(
      counted(() => leaving.abort()),
      rows,
      { chunk: 3, signal: leaving.signal },
    );
    await expect(aborting).rejects.toMatchObject({ name: 'AbortError' });
    expect([calls, alive.size]).toEqual([2, 0]);
    calls = 0;
    const failing = score(
      counted(() => {
        throw new Error('of its own');
      }),
      rows,
      { chunk: 3 },
    );
    await expect(failing).rejects.toThrow('of its own');
    expect([calls, alive.size]).toEqual([2, 0]);
  });

  test('a row has the same luck alone and beside others', async () => {
    const drawing = assemble({
      ...summing().stages,
      decoder: {
        decode(_hidden, positions, { random }): Prediction {
          const data = Float32Array.from(positions.flatMap((count, i) => Array.from({ length: 4 * count }, () => random[i]!())));
          return { kind: 'categorical', extent: 'next', counts: positions, logits: { dims: [data.length / 4, 4], data } };
        },
      },
    });
    const rows = [{ tokens: long.subarray(0, 9) }, { tokens: long.subarray(0, 5) }];
    const apart = [(await score(drawing, [rows[0]!], { seed: 3 }))[0], (await score(drawing, [rows[1]!], { seed: 3 }))[0]];
    expect(await score(drawing, rows, { seed: 3 })).toEqual(apart);
  });

  test('loses nothing to huge logits: the highest goes before the logarithm of the sum', () => {
    const data = Float32Array.of(2 ** 60, 2 ** 60, 0, 0, -(2 ** 24), 1 - 2 ** 24, -(2 ** 24), -(2 ** 24));
    const prediction: Prediction = { kind: 'categorical', extent: 'next', counts: [2], logits: { dims: [2, 4], data } };
    expect(pricesOf(prediction, 0, Int32Array.of(1, 1))).toEqual(Float64Array.of(Math.log(2), Math.log(1 + 3 / Math.E)));
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
