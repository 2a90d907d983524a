import { type Measures, startThread, ThreadCalls } from '../../core/index.ts';
import { checkJob } from './check-job.ts';
import { errors } from './errors.ts';
import { costOf, type Job, measureNow } from './measures/job.ts';
import type { Methods } from './worker.ts';

/** So many multiplications are done sooner than a thread is started. */
const LITTLE = 1e7;

/** Takes measures, in a thread of their own where they take long, so that the event loop stays free. Throws what checkJob throws, and DISTANCE_THREAD. */
export const measure = async (job: Job): Promise<Measures> => {
  checkJob(job);
  if (costOf(job) < LITTLE) return measureNow(job);
  const thread = new ThreadCalls<Methods>(startThread('./worker', import.meta.url), { ended: errors.DISTANCE_THREAD });
  try {
    return await thread.call('measure', job);
  } finally {
    await thread.terminate();
  }
};
