import fc, { type Arbitrary } from 'fast-check';
import type { Prediction, SparseLogits } from '../../data/prediction.ts';
import type { Tensor } from '../../data/tensor.ts';

/** One position's logits as plain numbers. */
export type Logits = readonly number[];

const impossible = Number.NEGATIVE_INFINITY;

/** Logits of one position, at least one of them finite: with ties, −∞, huge, flat and peaked, in steps of a quarter so that sums of them are exact. */
export const logits = ({ min = 1, max = 12, ties = true }: { min?: number; max?: number; ties?: boolean } = {}): Arbitrary<Logits> =>
  fc.integer({ min, max }).chain((vocabulary) => {
    const all = <T>(one: Arbitrary<T>): Arbitrary<T[]> => fc.array(one, { minLength: vocabulary, maxLength: vocabulary });
    const quarter = fc.integer({ min: -16, max: 16 }).map((n) => n / 4);
    const distinct = fc
      .uniqueArray(fc.integer({ min: -24, max: 24 }), { minLength: vocabulary, maxLength: vocabulary })
      .map((ns) => ns.map((n) => n / 4));
    const plain = ties ? all(quarter) : distinct;
    if (!ties) return plain;
    return fc.oneof(
      { weight: 4, arbitrary: plain },
      { weight: 2, arbitrary: all(fc.integer({ min: 0, max: 2 })) },
      { weight: 1, arbitrary: all(fc.constant(0)) },
      { weight: 1, arbitrary: all(fc.constantFrom(-1e4, 0, 1e4)) },
      { weight: 1, arbitrary: all(fc.constantFrom(-3e38, 3e38)) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(all(fc.oneof(quarter, fc.constant(impossible))), fc.nat(vocabulary - 1))
          .map(([row, at]) => row.map((x, i) => (i === at && x === impossible ? 0 : x))),
      },
    );
  });

/** Logits of a large vocabulary: most ids share one value, few stand out. */
export const wideLogits = (vocabulary = 5000): Arbitrary<Logits> =>
  fc.array(fc.tuple(fc.nat(vocabulary - 1), fc.integer({ min: -8, max: 24 })), { minLength: 1, maxLength: 6 }).map((peaks) => {
    const row = new Array<number>(vocabulary).fill(0);
    for (const [id, height] of peaks) row[id] = height / 2;
    return row;
  });

/** The dense form of positions of equal width. */
export const dense = (positions: readonly Logits[]): Tensor => ({
  dims: [positions.length, positions[0]?.length ?? 0],
  data: Float32Array.from(positions.flat()),
});

/** A sparse form of the same logits: every id that differs from the base, which is the first position's less its rest, is listed, and every third besides. */
export const sparse = (positions: readonly Logits[]): SparseLogits => {
  const first = positions[0] ?? [];
  const shift = Math.max(...first.filter(Number.isFinite), 0);
  const exact = Number.isInteger(shift * 4) && Math.abs(shift) < 1e5;
  const base = Float32Array.from(first, (x) => (exact && Number.isFinite(x) ? x - shift : x));
  const rest = exact ? shift : 0;
  const ids: number[] = [];
  const listed: number[] = [];
  const offsets = [0];
  for (const row of positions) {
    for (let id = 0; id < row.length; id++)
      if (id % 3 === 2 || Math.fround(row[id]!) !== Math.fround(base[id]! + rest)) {
        ids.push(id);
        listed.push(row[id]!);
      }
    offsets.push(ids.length);
  }
  return {
    vocabulary: first.length,
    offsets: Int32Array.from(offsets),
    ids: Int32Array.from(ids),
    logits: Float32Array.from(listed),
    rest: new Float32Array(positions.length).fill(rest),
    base,
  };
};

/** A categorical prediction of one position for each row. */
export const categorical = (
  positions: readonly Logits[],
  form: 'dense' | 'sparse' = 'dense',
  extent: 'next' | 'whole' = 'next',
): Prediction => ({
  kind: 'categorical',
  extent,
  counts: extent === 'next' ? positions.map(() => 1) : [positions.length],
  logits: form === 'dense' ? dense(positions) : sparse(positions),
});

/** Probabilities of logits, in double precision. */
export const softmax = (row: ArrayLike<number>, temperature = 1): Float64Array => {
  let highest = impossible;
  for (let i = 0; i < row.length; i++) highest = Math.max(highest, row[i]!);
  const weights = Float64Array.from(row, (x) => (x === impossible ? 0 : Math.exp((x - highest) / temperature)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};
