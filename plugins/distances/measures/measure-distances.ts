import type { Measures } from '../../../core/index.ts';
import { frechet } from './frechet.ts';
import { bootstrap, type Interval, jackknife, meanOf } from './intervals.ts';
import { kernelDistance } from './kernel-distance.ts';
import { type Moments, together } from './moments.ts';
import { neighbourhoods } from './neighbours.ts';
import type { Points } from './points.ts';

/** A set as it is measured. */
export interface MeasuredSet {
  readonly groups: readonly Moments[];
  readonly points: Points;
}

/** What distances are taken of, and which. */
export interface DistancesJob {
  readonly kind: 'distances';
  readonly real: MeasuredSet;
  readonly generated: MeasuredSet;
  readonly measures: readonly string[];
  readonly neighbours: number;
  readonly resamples: number;
}

/** The interval of a measure under its name. */
export const named = (name: string, interval: Interval | undefined): Measures =>
  interval ? { [`${name}_low`]: interval.low, [`${name}_high`]: interval.high } : {};

/** So many groups are left out in turn for the interval of a kernel distance. */
const GROUPS = 16;

/** Every measure that was asked for; the job was checked. */
export const measureDistances = (job: DistancesJob): Measures => {
  const { real, generated, measures } = job;
  return {
    ...(measures.includes('fid') && fid(job)),
    ...(measures.includes('kid') && kid(job)),
    ...neighbourly(job),
    real_rows: rowsOf(real),
    generated_rows: rowsOf(generated),
  };
};

/** How many rows were seen. */
export const rowsOf = ({ groups, points }: MeasuredSet): number =>
  groups.length > 0 ? groups.reduce((sum, { count }) => sum + count, 0) : points.count;

const all = (groups: readonly Moments[]): Moments => groups.reduce(together);

/**
 * Besides the distance what it would come to with ever more rows: its bias falls with one over their number (Chong and Forsyth 2020),
 * so that twice the distance less that of half the rows is free of most of it.
 */
const fid = (job: DistancesJob): Measures => {
  const { real, generated, resamples } = job;
  const value = frechet(all(real.groups), all(generated.groups));
  const halves = [0, 1].map(
    (half) => [real, generated].map(({ groups }) => all(groups.filter((_, at) => at % 2 === half))) as [Moments, Moments],
  );
  const whole = halves.every((pair) => pair.every(({ count }) => count > 1));
  const half = halves.reduce((sum, pair) => sum + (whole ? frechet(...pair) / 2 : 0), 0);
  const without = (left: number): number =>
    frechet(...([real, generated].map(({ groups }) => all(groups.filter((_, at) => at !== left))) as [Moments, Moments]));
  const jackknifes =
    resamples > 0 && real.groups.length > 2 && [real, generated].every(({ groups }) => groups.every(({ count }) => count > 0));
  return {
    fid: value,
    ...named(
      'fid',
      jackknifes
        ? jackknife(
            value,
            real.groups.map((_, left) => without(left)),
          )
        : undefined,
    ),
    ...(whole && { fid_without_bias: 2 * value - half }),
  };
};

const kid = (job: DistancesJob): Measures => {
  const [real, generated] = [job.real.points, job.generated.points];
  const groups = Math.min(GROUPS, Math.floor(Math.min(real.count, generated.count) / 2));
  const { value, without } = kernelDistance(real, generated, Math.max(1, groups));
  return { kid: value, ...named('kid', job.resamples > 0 && groups > 2 ? jackknife(value, without) : undefined) };
};

const neighbourly = (job: DistancesJob): Measures => {
  const { measures, neighbours, resamples } = job;
  const pairs = {
    precision: 'precision_recall',
    recall: 'precision_recall',
    density: 'density_coverage',
    coverage: 'density_coverage',
  } as const;
  const wanted = (Object.keys(pairs) as (keyof typeof pairs)[]).filter((name) => measures.includes(pairs[name]));
  if (wanted.length === 0) return {};
  const found = neighbourhoods(job.real.points, job.generated.points, neighbours);
  return Object.assign(
    {},
    ...wanted.map((name) => ({
      [name]: meanOf(found[name]),
      ...named(name, resamples > 0 ? bootstrap(found[name].length, resamples, (rows) => meanOf(found[name], rows)) : undefined),
    })),
  ) as Measures;
};
