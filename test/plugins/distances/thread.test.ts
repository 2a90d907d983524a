import type { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { measure } from '../../../plugins/distances/measure.ts';
import { type MemorisationJob, measureMemorisation } from '../../../plugins/distances/measures/measure-memorisation.ts';

const points = (count: number, factor: number) => ({
  count,
  width: 30,
  data: Float64Array.from({ length: count * 30 }, (_, at) => Math.sin(factor * at)),
});

/** A job that is worth a thread. */
const job = {
  kind: 'memorisation',
  real: points(400, 1),
  generated: points(400, 2),
  training: points(500, 3),
  resamples: 20,
} as unknown as MemorisationJob;

/** Starts to measure; answers the thread that does, and what comes of it. */
const begun = async () => {
  const threads: Worker[] = [];
  const seen = (thread: Worker): void => void threads.push(thread);
  process.on('worker', seen);
  const measures = measure(job);
  measures.catch(() => undefined);
  await vi.waitFor(() => expect(threads).toHaveLength(1));
  process.off('worker', seen);
  return { thread: threads[0]!, measures };
};

test('what is measured in a thread is what is measured here, and the thread is gone', async () => {
  const { thread, measures } = await begun();
  expect(await measures).toEqual(measureMemorisation(job));
  expect(thread.threadId).toBe(-1);
});

test('a thread that ends before it has answered is an error by name', async () => {
  const { thread, measures } = await begun();
  await thread.terminate();
  await expect(measures).rejects.toMatchObject({
    name: 'StagewrightError',
    code: 'DISTANCE_THREAD',
    message: expect.stringContaining('ended early: exit'),
  });
});
