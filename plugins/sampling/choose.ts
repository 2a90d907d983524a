import { type Batch, isSparse, type Prediction, type SparseLogits, type Tokens, vocabularyOf } from '../../core/index.ts';
import { errors } from './errors.ts';
import { isLogistic } from './logistic.ts';
import { BAD } from './selection.ts';

/** Chooses at one position of a row; BAD or NONE where there is no choice. */
export interface Chooser {
  /** Among logits, [begin … end] of `data`. */
  dense(data: Float32Array, begin: number, end: number, row: number): number;
  /** Among sparse logits. */
  sparse(logits: SparseLogits, position: number, row: number): number;
  /** Among the levels of a logistic. */
  logistic(mean: number, logScale: number, levels: number): number;
}

/** What each row reads next: an id at every position of a `whole` prediction, else at the last; a sample without a distribution as it is. */
export const choose = (sampler: string, prediction: Prediction, chooser: Chooser): Batch<Tokens> => {
  if (prediction.kind === 'point') return prediction.rows;
  const { counts, extent } = prediction;
  const fresh: Tokens[] = [];
  let begin = 0;
  for (let row = 0; row < counts.length; row++) {
    const count = counts[row]!;
    const first = extent === 'whole' ? 0 : Math.max(0, count - 1);
    const tokens = new Int32Array(count - first);
    for (let position = first; position < count; position++) {
      const id = one(prediction, begin + position, row, chooser);
      if (id < 0) throw errors.SAMPLING_NO_CHOICE(sampler, row, position, faultOf(prediction, id));
      tokens[position - first] = id;
    }
    fresh.push(tokens);
    begin += count;
  }
  return fresh;
};

const one = (prediction: Exclude<Prediction, { kind: 'point' }>, at: number, row: number, chooser: Chooser): number => {
  if (prediction.kind === 'logistic') {
    const mean = prediction.mean.data[at]!;
    const logScale = prediction.logScale.data[at]!;
    return isLogistic(mean, logScale) ? chooser.logistic(mean, logScale, prediction.levels) : BAD;
  }
  const { logits } = prediction;
  if (isSparse(logits)) return chooser.sparse(logits, at, row);
  const width = vocabularyOf(logits);
  return chooser.dense(logits.data, at * width, (at + 1) * width, row);
};

const faultOf = ({ kind }: Prediction, code: number): string => {
  if (kind === 'logistic') return 'the mean or the scale is NaN or infinite';
  return code === BAD ? 'a logit is NaN or +Infinity' : 'every logit is -Infinity';
};
