import { logitsAt, type Prediction, vocabularyOf } from '../../data/prediction.ts';
import type { Random } from '../../data/random.ts';
import type { Tokens } from '../../data/tokens.ts';
import type { Sampler } from '../../stages/sample.ts';
import { softmax } from '../arbitraries/logits.ts';

/** Draws from what is predicted, as it is: `next` one token a row, `whole` every position. */
export const plainSampler: Sampler = {
  sample(prediction, _rows, _state, { random }) {
    const drawn = draw(prediction, random);
    if (prediction.extent === 'whole') return { inputIds: drawn };
    return { inputIds: drawn.map((row) => row.slice(-1)) };
  },
};

/** One id for every position predicted, row by row, each by inversion of its distribution. */
export const draw = (prediction: Prediction, random: Random): Tokens[] => {
  if (prediction.kind === 'point') return prediction.rows.map((row) => row.slice());
  let position = 0;
  return prediction.counts.map((count) => Int32Array.from({ length: count }, () => drawAt(prediction, position++, random)));
};

const drawAt = (prediction: Exclude<Prediction, { kind: 'point' }>, position: number, random: Random): number => {
  const u = random();
  if (prediction.kind === 'logistic') {
    const value = prediction.mean.data[position]! + Math.exp(prediction.logScale.data[position]!) * Math.log(u / (1 - u));
    return Math.min(prediction.levels - 1, Math.max(0, Math.round(value)));
  }
  const probabilities = softmax(logitsAt(prediction.logits, position));
  let left = u;
  let last = 0;
  for (let id = 0; id < vocabularyOf(prediction.logits); id++) {
    if (probabilities[id]! === 0) continue;
    left -= probabilities[id]!;
    last = id;
    if (left < 0) break;
  }
  return last;
};
