import { logitsAt, type Prediction, vocabularyOf } from '../../data/prediction.ts';
import { createRandom } from '../../data/random.ts';
import { softmax } from '../arbitraries/logits.ts';
import { draw } from '../fakes/plain-sampler.ts';
import { demand } from '../law.ts';
import type { BackendSubject } from '../subjects/subjects.ts';
import { demandAlike } from './frequencies.ts';

/** Predicts under a seed; called again with others where agreement is statistical. */
export type Predicting = (seed: number) => Promise<Prediction>;

/** How often both sides predict where their agreement is statistical. */
const DRAWS = 64;

/** Demands that two ways to one prediction agree as nearly as the backend declares; undeclared is bitwise. */
export const agree = async (subject: BackendSubject, left: Predicting, right: Predicting, seed: number): Promise<void> => {
  const agreement = subject.capabilities.agreement ?? 'bitwise';
  if (agreement === 'statistical') return alike(left, right, seed);
  compare(await left(seed), await right(seed), agreement === 'bitwise' ? 0 : subject.tolerance);
};

/** Demands that two predictions are the same, or no further apart than `tolerance`. */
export const compare = (expected: Prediction, found: Prediction, tolerance: number): void => {
  const shapes = [expected, found].map(({ kind, extent, counts }) => ({ kind, extent, counts }));
  demand(JSON.stringify(shapes[0]) === JSON.stringify(shapes[1]), 'the predictions differ in shape', {
    expected: shapes[0],
    found: shapes[1],
  });
  const positions = expected.counts.reduce((sum, count) => sum + count, 0);
  if (expected.kind === 'point' || found.kind === 'point') {
    const [one, other] = [expected, found].map((it) => (it.kind === 'point' ? it.rows.flatMap((row) => Array.from(row)) : []));
    const within = one!.length === other!.length && one!.every((id, i) => Math.abs(id - other![i]!) <= (tolerance === 0 ? 0 : 1)); // a level rounded the other way
    demand(within, 'the samples differ', { expected: one, found: other });
    return;
  }
  for (let position = 0; position < positions; position++) {
    const [one, other] = [at(expected, position, tolerance), at(found, position, tolerance)];
    demand(near(one, other, tolerance), 'the predictions differ', { position, expected: one, found: other });
  }
};

/** What stands at one position: the bits where these must agree, else log-probabilities, or the logistic's two numbers. */
const at = (prediction: Exclude<Prediction, { kind: 'point' }>, position: number, tolerance: number): number[] => {
  if (prediction.kind === 'logistic') return [prediction.mean.data[position]!, prediction.logScale.data[position]!];
  const row = logitsAt(prediction.logits, position);
  return Array.from(tolerance === 0 ? row : softmax(row), (x) => (tolerance === 0 ? x : Math.log(x)));
};

/** Far below this a log-probability says no more than that the id will not come. */
const NEVER = -20;

const near = (left: readonly number[], right: readonly number[], tolerance: number): boolean =>
  left.length === right.length &&
  left.every((a, i) => {
    const b = right[i]!;
    if (a === b) return true;
    if (tolerance > 0 && a < NEVER && b < NEVER) return true;
    return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  });

/** Many predictions of either side, one token drawn at each first and last position. */
const alike = async (left: Predicting, right: Predicting, seed: number): Promise<void> => {
  const tally = async (predict: Predicting, side: number): Promise<{ first: number[]; last: number[] }> => {
    const counts = { first: new Array<number>(BINS).fill(0), last: new Array<number>(BINS).fill(0) };
    for (let i = 0; i < DRAWS; i++) {
      const own = (seed * DRAWS + i) * 2 + side;
      const prediction = await predict(own);
      const bins = binsOf(prediction);
      const drawn = draw(prediction, createRandom(own, 1)).flatMap((row) => Array.from(row));
      if (drawn.length === 0) continue;
      counts.first[Math.floor((drawn[0]! * BINS) / bins)]!++;
      counts.last[Math.floor((drawn.at(-1)! * BINS) / bins)]!++;
    }
    return counts;
  };
  const [one, other] = [await tally(left, 0), await tally(right, 1)];
  demandAlike(one.first, other.first);
  demandAlike(one.last, other.last);
};

const BINS = 4;

const binsOf = (prediction: Prediction): number => {
  if (prediction.kind === 'categorical') return Math.max(BINS, vocabularyOf(prediction.logits));
  if (prediction.kind === 'logistic') return Math.max(BINS, prediction.levels);
  return Math.max(BINS, 1 + prediction.rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, b), most), 0));
};
