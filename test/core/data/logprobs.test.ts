import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogprobReader } from '../../../core/data/logprobs.ts';
import { dense, logits, softmax, sparse } from '../../../core/laws/index.ts';

const near = (found: number, expected: number): void => {
  if (found !== expected) expect(found).toBeCloseTo(expected, 5);
};

/** torch.log_softmax(torch.tensor([1., 2., 3., 4.]), 0): -3.4402, -2.4402, -1.4402, -0.4402. */
test('are those of log_softmax, the likeliest first, of equals the smallest', () => {
  const reader = new LogprobReader(2);
  const found = reader.read(dense([[1, 2, 3, 4]]), 0, 1);
  near(found.logprob, -2.44019);
  expect(found.top.map(({ id }) => id)).toEqual([3, 2]);
  near(found.top[0]!.logprob, -0.44019);
  expect(new LogprobReader(3).read(dense([[0, 5, 5, 5, 1]]), 0, 0).top.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(new LogprobReader(0).read(dense([[0, 0]]), 0, 1)).toEqual({ id: 1, logprob: Math.log(0.5), top: [] });
  expect(new LogprobReader(9).read(dense([[0, Number.NEGATIVE_INFINITY]]), 0, 0).top).toEqual([{ id: 0, logprob: 0 }]);
});

test('are the same of dense and of sparse logits, at every position', () => {
  const positions = fc.tuple(logits({ min: 6, max: 6 }), logits({ min: 6, max: 6 }), logits({ min: 6, max: 6 }));
  const reader = new LogprobReader(3);
  fc.assert(
    fc.property(positions, fc.nat(2), fc.nat(5), (rows, position, id) => {
      const expected = Array.from(softmax(Float32Array.from(rows[position]!)), Math.log);
      const likeliest = expected.filter((one) => one > Number.NEGATIVE_INFINITY).sort((a, b) => b - a);
      for (const form of [dense(rows), sparse(rows)]) {
        const { logprob, top } = reader.read(form, position, id);
        near(Math.max(logprob, -700), Math.max(expected[id]!, -700)); // an id so unlikely has no probability in double precision
        expect(top.length).toBe(Math.min(3, rows[position]!.filter((one) => one > Number.NEGATIVE_INFINITY).length));
        for (const [at, one] of top.slice(0, likeliest.length).entries()) near(one.logprob, likeliest[at]!);
      }
    }),
    { numRuns: 2000 },
  );
});

test('lose nothing where nearly all of the base is listed', () => {
  const base = new Float32Array(4).fill(-20);
  base[2] = 0;
  const form = {
    vocabulary: 4,
    offsets: Int32Array.of(0, 1),
    ids: Int32Array.of(2),
    logits: Float32Array.of(Number.NEGATIVE_INFINITY),
    rest: Float32Array.of(0),
    base,
  };
  near(new LogprobReader(1).read(form, 0, 1).logprob, Math.log(1 / 3));
});
