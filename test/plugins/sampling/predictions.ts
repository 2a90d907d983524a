import type { Prediction, Random, SparseLogits } from '../../../core/index.ts';

/** A prediction over dense logits, a list for each position. */
export const dense = (
  positions: readonly (readonly number[])[],
  counts = [positions.length],
  extent: 'next' | 'whole' = 'next',
): Prediction => ({
  kind: 'categorical',
  extent,
  counts,
  logits: { dims: [positions.length, positions[0]!.length], data: Float32Array.from(positions.flat()) },
});

/** A position of sparse logits: a base, the rest, and what is listed. */
export interface Position {
  readonly base: readonly number[];
  readonly rest: number;
  readonly listed: readonly (readonly [id: number, logit: number])[];
}

export const sparseLogits = ({ base, rest, listed }: Position): SparseLogits => ({
  vocabulary: base.length,
  base: Float32Array.from(base),
  rest: Float32Array.of(rest),
  offsets: Int32Array.of(0, listed.length),
  ids: Int32Array.from(listed, ([id]) => id),
  logits: Float32Array.from(listed, ([, logit]) => logit),
});

export const sparse = (position: Position): Prediction => ({
  kind: 'categorical',
  extent: 'next',
  counts: [1],
  logits: sparseLogits(position),
});

/** Chance that answers what it is told. */
export const luck = (...uniforms: readonly number[]): Random => {
  let at = 0;
  return Object.assign(() => uniforms[at++]!, { state: () => [at] });
};
