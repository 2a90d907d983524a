import type { Measures } from '../../../core/index.ts';
import { type ClassesJob, measureClasses } from './measure-classes.ts';
import { type DistancesJob, measureDistances } from './measure-distances.ts';
import { type MemorisationJob, measureMemorisation } from './measure-memorisation.ts';

/** What is to be measured. */
export type Job = DistancesJob | ClassesJob | MemorisationJob;

/** Takes the measures, here and now. */
export const measureNow = (job: Job): Measures => {
  switch (job.kind) {
    case 'distances':
      return measureDistances(job);
    case 'classes':
      return measureClasses(job);
    case 'memorisation':
      return measureMemorisation(job);
  }
};

/** About how many multiplications a job takes. */
export const costOf = (job: Job): number => {
  switch (job.kind) {
    case 'distances': {
      const [real, generated] = [job.real.points, job.generated.points];
      return (real.count + generated.count) ** 2 * real.width + 20 * job.real.groups.length * real.width ** 3;
    }
    case 'classes':
      return (job.resamples + 1) * job.generated.logits.data.length;
    case 'memorisation':
      return job.generated.count * (job.real.data.length + job.training.data.length);
  }
};
