import { isSparse, type Prediction, type SparseLogits, vocabularyOf } from '../data/prediction.ts';
import type { Tensor } from '../data/tensor.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Request } from '../stages/sample.ts';

const NEVER = Number.NEGATIVE_INFINITY;

/** The prediction without the ids that end a row, at every position that a row of fewer new tokens than asked for would end at; `begun`: how long each row was at first. */
export const beforeMinimum = (
  prediction: Prediction,
  rows: Batch<Tokens>,
  begun: readonly number[],
  { least = 0, stop = [] }: Pick<Request, 'least' | 'stop'>,
): Prediction => {
  if (stop.length === 0 || prediction.extent === 'whole') return prediction;
  const { counts } = prediction;
  const short = counts.map((count, i) => Math.max(0, Math.min(count, least - (rows[i]!.length - count + 1 - begun[i]!))));
  if (short.every((count) => count === 0)) return prediction;
  if (prediction.kind !== 'categorical') throw errors.NOT_CATEGORICAL('min_new_tokens', prediction.kind);
  const { logits } = prediction;
  const ids = stop.filter((id) => id < vocabularyOf(logits));
  const masked = (position: number): boolean => {
    let row = 0;
    while (position >= counts[row]!) position -= counts[row++]!;
    return position < short[row]!;
  };
  return { ...prediction, logits: isSparse(logits) ? withoutSparse(logits, ids, masked) : withoutDense(logits, ids, masked) };
};

/** A copy, since others may read what was predicted. */
const withoutDense = ({ dims, data }: Tensor, ids: readonly number[], masked: (position: number) => boolean): Tensor => {
  const width = dims.at(-1)!;
  const copy = data.slice();
  for (let position = 0; position * width < copy.length; position++)
    if (masked(position)) for (const id of ids) copy[position * width + id] = NEVER;
  return { dims, data: copy };
};

/** What is listed anew, with the ids; the base is the model's, and stays. */
const withoutSparse = (logits: SparseLogits, ids: readonly number[], masked: (position: number) => boolean): SparseLogits => {
  const positions = logits.offsets.length - 1;
  const offsets = new Int32Array(positions + 1);
  const most = logits.offsets[positions]! - logits.offsets[0]! + positions * ids.length;
  const listed = new Int32Array(most);
  const values = new Float32Array(most);
  let to = 0;
  for (let position = 0; position < positions; position++) {
    const gone = masked(position) ? ids : [];
    for (let at = logits.offsets[position]!; at < logits.offsets[position + 1]!; at++) {
      const id = logits.ids[at]!;
      if (gone.includes(id)) continue;
      listed[to] = id;
      values[to++] = logits.logits[at]!;
    }
    for (const id of gone) {
      listed[to] = id;
      values[to++] = NEVER;
    }
    offsets[position + 1] = to;
  }
  return { ...logits, offsets, ids: listed, logits: values };
};
