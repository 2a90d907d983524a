import { once } from 'node:events';
import { type Measures, startThread } from '../../core/index.ts';
import { checkJob } from './check-job.ts';
import { costOf, type Job, measureNow } from './measures/job.ts';

/** So many multiplications are done sooner than a thread is started. */
const LITTLE = 1e7;

/** Takes measures, in a thread of their own where they take long, so that the event loop stays free. Throws what checkJob throws. */
export const measure = async (job: Job): Promise<Measures> => {
  checkJob(job);
  if (costOf(job) < LITTLE) return measureNow(job);
  const thread = startThread('./worker', import.meta.url, { workerData: job });
  const [measures] = (await once(thread, 'message')) as [Measures];
  await thread.terminate();
  return measures;
};
