import { sliceRows, type Tensor } from './tensor.ts';
import type { Batch, Tokens } from './tokens.ts';

/**
 * Logits of few among many ids: position `p` lists `ids[offsets[p] … offsets[p+1]]` with their `logits`,
 * and every other id has `base[id] + rest[p]`. A word n-gram predicts so without filling a row of 35,000.
 */
export interface SparseLogits {
  readonly vocabulary: number;
  readonly offsets: Int32Array;
  readonly ids: Int32Array;
  readonly logits: Float32Array;
  readonly rest: Float32Array;
  /** [vocabulary]; shared by all predictions of a model. */
  readonly base: Float32Array;
}

/** What is predicted; its arrays are packed without padding, row after row, and nobody writes to them any more. */
export type Prediction = {
  /** `next`: of the position after each one read. `whole`: of the row itself. */
  readonly extent: 'next' | 'whole';
  /** How many positions each row has here. */
  readonly counts: readonly number[];
  /** `whole` only: how many rounds each row still wants after this one; absent: none. */
  readonly left?: readonly number[];
  /** Nats a row costs beyond its positions: the divergence that makes a VAE's bound. */
  readonly cost?: readonly number[];
  /** Last hidden values, [positions, width], where a backend declares `features`. */
  readonly features?: Tensor;
} & (
  | { readonly kind: 'categorical'; readonly logits: Tensor | SparseLogits } // unnormalised, [positions, vocabulary]
  | { readonly kind: 'logistic'; readonly mean: Tensor; readonly logScale: Tensor; readonly levels: number } // [positions], in ids: core/data/logistic.ts
  | { readonly kind: 'point'; readonly rows: Batch<Tokens> } // a sample without a distribution: a GAN's picture
);

/** Tells the two forms of logits apart. */
export const isSparse = (logits: Tensor | SparseLogits): logits is SparseLogits => 'offsets' in logits;

/** How many ids a position's logits range over. */
export const vocabularyOf = (logits: Tensor | SparseLogits): number => (isSparse(logits) ? logits.vocabulary : logits.dims.at(-1)!);

/** The logits of one position, [vocabulary]: a view where they are dense, else written into `into`. Read only. */
export const logitsAt = (logits: Tensor | SparseLogits, position: number, into?: Float32Array): Float32Array => {
  const width = vocabularyOf(logits);
  if (!isSparse(logits)) return logits.data.subarray(position * width, (position + 1) * width);
  const { base, ids, offsets } = logits;
  const row = into ?? new Float32Array(width);
  const rest = logits.rest[position]!;
  for (let id = 0; id < width; id++) row[id] = base[id]! + rest;
  for (let at = offsets[position]!; at < offsets[position + 1]!; at++) row[ids[at]!] = logits.logits[at]!;
  return row;
};

const sliceLogits = (logits: Tensor | SparseLogits, begin: number, end: number): Tensor | SparseLogits =>
  isSparse(logits)
    ? { ...logits, offsets: logits.offsets.subarray(begin, end + 1), rest: logits.rest.subarray(begin, end) }
    : sliceRows(logits, begin, end);

const sum = (counts: readonly number[], from: number, to: number): number => {
  let total = 0;
  for (let i = from; i < to; i++) total += counts[i]!;
  return total;
};

/** Rows `begin` to `end` of a prediction; nothing is copied. */
export const slice = (prediction: Prediction, begin: number, end: number): Prediction => {
  const { extent, counts, left, cost, features } = prediction;
  const first = sum(counts, 0, begin);
  const last = first + sum(counts, begin, end);
  const common = {
    extent,
    counts: counts.slice(begin, end),
    ...(left && { left: left.slice(begin, end) }),
    ...(cost && { cost: cost.slice(begin, end) }),
    ...(features && { features: sliceRows(features, first, last) }),
  };
  switch (prediction.kind) {
    case 'categorical':
      return { ...common, kind: 'categorical', logits: sliceLogits(prediction.logits, first, last) };
    case 'logistic': {
      const { mean, logScale, levels } = prediction;
      return { ...common, kind: 'logistic', mean: sliceRows(mean, first, last), logScale: sliceRows(logScale, first, last), levels };
    }
    case 'point':
      return { ...common, kind: 'point', rows: prediction.rows.slice(begin, end) };
  }
};
