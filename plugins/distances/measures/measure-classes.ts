import type { Measures } from '../../../core/index.ts';
import { inceptionScore, likeliest, probabilities, sharesOf } from './classified.ts';
import { bootstrap } from './intervals.ts';
import { named } from './measure-distances.ts';
import type { Points } from './points.ts';

/** Rows and what a classifier said of them, in one order; a label is −1 where there is none. */
export interface ClassifiedSet {
  readonly logits: Points;
  readonly labels: Int32Array;
}

/** What is told of classes. */
export interface ClassesJob {
  readonly kind: 'classes';
  readonly real: ClassifiedSet;
  readonly generated: ClassifiedSet;
  readonly resamples: number;
}

/** From which probability on a classifier is sure. */
const SURE = 0.9;

/** What the classifier says; the job was checked. */
export const measureClasses = ({ real, generated, resamples }: ClassesJob): Measures => {
  const { width } = generated.logits;
  const said = probabilities(generated.logits);
  const own = likeliest(said);
  const shares = sharesOf(own.classes, width);
  const rows = Int32Array.from({ length: said.count }, (_, row) => row);
  const known = real.logits.count === 0 ? undefined : likeliest(probabilities(real.logits));
  const expected = known && sharesOf(known.classes, width);
  return {
    inception_score: inceptionScore(said, rows),
    ...named('inception_score', resamples > 0 ? bootstrap(said.count, resamples, (some) => inceptionScore(said, some)) : undefined),
    classes: width,
    classes_found: shares.filter((share) => share > 0).length,
    rarest_class_share: shares.reduce((a, b) => Math.min(a, b)),
    sure_share: own.shares.filter((share) => share > SURE).length / said.count,
    ...obeyed('label_share', generated, own.classes),
    ...(known &&
      expected && {
        // half the sum of differences: the share of rows that would have to change their class
        class_shift: expected.reduce((sum, share, at) => sum + Math.abs(share - shares[at]!) / 2, 0),
        real_sure_share: known.shares.filter((share) => share > SURE).length / known.shares.length,
        ...obeyed('real_label_share', real, known.classes),
      }),
    generated_rows: said.count,
  };
};

/** How many of the rows that have a label are told to be of that class. */
const obeyed = (name: string, { labels }: ClassifiedSet, classes: Int32Array): Measures => {
  const labelled = labels.filter((label) => label >= 0).length;
  return labelled === 0 ? {} : { [name]: labels.filter((label, row) => label >= 0 && label === classes[row]).length / labelled };
};
