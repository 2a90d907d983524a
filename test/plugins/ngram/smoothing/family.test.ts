import { describe, expect, test } from 'vitest';
import { idsOf, learned, probabilities } from '../learned.ts';
import reference from '../reference.json' with { type: 'json' };

/** Differences in ln p, where float32 keeps them to a few millionths. */
const far = (found: Float64Array, wanted: readonly number[]): number =>
  Math.max(...wanted.map((p, id) => (p === 0 ? found[id]! : Math.abs(Math.log(found[id]! / p)))));

describe('every smoothing', () => {
  test.each(reference.cases)(
    '$smoothing.use of order $order, $corpus, as the definitions give it',
    ({ answers, corpus, order, smoothing }) => {
      const { rows, start, stop, vocabulary } = reference.corpora[corpus as keyof typeof reference.corpora];
      const model = learned({ order, smoothing }, idsOf(vocabulary, start, stop), rows);
      expect(answers).toHaveLength(4);
      for (const { history, p } of answers) expect(far(probabilities(model, history), p)).toBeLessThan(3e-6);
    },
  );
});

describe('by hand: the rows "a b" and "a a"', () => {
  const [start, stop, a, b] = [0, 1, 2, 3];
  const rows = [
    [start, a, b, stop],
    [start, a, a, stop],
  ];
  const p = (smoothing: Parameters<typeof learned>[0]['smoothing']) => {
    const model = learned({ order: 2, smoothing }, idsOf(4, start, stop), rows);
    return { afterStart: probabilities(model, [start]), afterA: probabilities(model, [start, a]) };
  };

  test('Laplace: one is added to each of 3 ids', () => {
    const { afterStart, afterA } = p('laplace');
    expect(afterStart[a]).toBeCloseTo(3 / 5, 6);
    expect(afterStart[b]).toBeCloseTo(1 / 5, 6);
    expect(afterA[b]).toBeCloseTo(2 / 6, 6);
    expect(afterA[start]).toBe(0);
  });

  test('add-k: k is added', () => {
    expect(p({ use: 'laplace', with: { k: 0.1 } }).afterStart[a]).toBeCloseTo(2.1 / 2.3, 6);
  });

  test('Kneser–Ney: a follows 2 ids, b 1, stop 2, and no discount can be estimated, so that 0.5, 1 and 1.5 are taken off', () => {
    const { afterStart, afterA } = p('kneser-ney');
    const unigram = { a: (2 - 1) / 5 + 0.5 / 3, b: (1 - 0.5) / 5 + 0.5 / 3 };
    expect(afterA[b]).toBeCloseTo(0.5 / 3 + 0.5 * unigram.b, 6);
    expect(afterA[a]).toBeCloseTo(0.5 / 3 + 0.5 * unigram.a, 6);
    expect(afterStart[a]).toBeCloseTo((2 - 1) / 2 + 0.5 * unigram.a, 6);
    expect(afterStart[b]).toBeCloseTo(0.5 * unigram.b, 6);
  });

  test('Kneser–Ney: other discounts stand in where the user says so', () => {
    const { afterStart } = p({ use: 'kneser-ney', with: { discount_fallback: [0.25, 0.5, 0.75] } });
    expect(afterStart[b]).toBeCloseTo((0.5 / 2) * ((1 - 0.25) / 5 + (0.25 + 0.5 + 0.5) / 5 / 3), 6);
  });
});
