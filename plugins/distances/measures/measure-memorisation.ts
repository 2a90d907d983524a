import type { Measures } from '../../../core/index.ts';
import { bootstrap, meanOf } from './intervals.ts';
import { named } from './measure-distances.ts';
import { nearest } from './neighbours.ts';
import type { Points } from './points.ts';

/** What copies are looked for in. */
export interface MemorisationJob {
  readonly kind: 'memorisation';
  readonly real: Points;
  readonly generated: Points;
  readonly training: Points;
  readonly resamples: number;
}

/** How near copies are; the job was checked. */
export const measureMemorisation = ({ real, generated, training, resamples }: MemorisationJob): Measures => {
  const size = Math.min(real.count, training.count); // what has more rows is nearer by that alone
  const [learned, held] = [training, real].map((points) => nearest(generated, first(points, size))) as [Float64Array, Float64Array];
  const copies = nearest(generated, training).map((distance) => Number(distance === 0));
  const closer = learned.map((distance, row) => (distance < held[row]! ? 1 : distance === held[row]! ? 0.5 : 0));
  return {
    nearest_training: meanOf(learned),
    nearest_real: meanOf(held),
    closer_to_training_share: meanOf(closer),
    ...named('closer_to_training_share', resamples > 0 ? bootstrap(closer.length, resamples, (rows) => meanOf(closer, rows)) : undefined),
    copied_share: meanOf(copies),
    compared_rows: size,
  };
};

const first = ({ width, data }: Points, count: number): Points => ({ count, width, data: data.subarray(0, count * width) });
