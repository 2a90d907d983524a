import { errors } from './errors.ts';
import type { Job } from './measures/job.ts';
import { type DistancesJob, type MeasuredSet, rowsOf } from './measures/measure-distances.ts';

/** Throws where a job cannot be done: DISTANCE_EMPTY, DISTANCE_TOO_FEW, DISTANCE_CONSTANT, DISTANCE_LABEL. */
export const checkJob = (job: Job): void => {
  switch (job.kind) {
    case 'distances':
      checkDistances(job);
      return;
    case 'classes': {
      if (job.generated.logits.count === 0) throw errors.DISTANCE_EMPTY('generated');
      for (const { logits, labels } of [job.real, job.generated]) {
        const stray = labels.find((label) => label >= logits.width);
        if (stray !== undefined) throw errors.DISTANCE_LABEL(stray, logits.width);
      }
      return;
    }
    case 'memorisation': {
      const { real, generated, training } = job;
      for (const [name, { count }] of Object.entries({ real, generated, training })) if (count === 0) throw errors.DISTANCE_EMPTY(name);
    }
  }
};

const checkDistances = (job: DistancesJob): void => {
  const { measures, neighbours } = job;
  const sets = Object.entries({ real: job.real, generated: job.generated });
  for (const [name, { points }] of sets) if (points.count === 0) throw errors.DISTANCE_EMPTY(name);
  const { count, width, data } = job.real.points;
  if (count > 1 && data.every((value, at) => value === data[at % width])) throw errors.DISTANCE_CONSTANT(count);
  const enough = (measure: DistancesJob['measures'][number], least: number, of: (set: MeasuredSet) => number): void => {
    for (const [name, set] of measures.includes(measure) ? sets : [])
      if (of(set) < least) throw errors.DISTANCE_TOO_FEW(measure, name, of(set), least);
  };
  const kept = ({ points }: MeasuredSet): number => points.count;
  enough('fid', width + 1, rowsOf);
  enough('kid', 2, kept);
  enough('precision_recall', neighbours + 1, kept);
  enough('density_coverage', neighbours + 1, kept);
};
