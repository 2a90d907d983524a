import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { open, type Pipeline } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const opened = async (steps: number): Promise<{ pipeline: Pipeline; again: () => Promise<Pipeline> }> => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  const { data, ...rest } = countingPipeline({}, { steps });
  const definition = { ...rest, data: { ...data, train: join(folder, 'rows.txt') } };
  const options = { plugins: [COUNTING], models: join(folder, 'models') };
  return { pipeline: await open(definition, options), again: () => open(definition, { ...options, train: false }) };
};
const ask = { prompt: '1', count: 1, max_new_tokens: 2 };
const said = (pipeline: Pipeline, more: object = {}) => lastValueFrom(pipeline.generate({ ...ask, ...more }).pipe(toArray()));
const abortError = { name: 'AbortError' };

test('a request that is aborted while its model is trained is let go at once, and those beside it get their model', async () => {
  const { pipeline } = await opened(100);
  await using _ = pipeline;
  const leaving = new AbortController();
  let told = 0;
  const left: number[] = [];
  const leave = () => void left.push(told);
  const [gone, score, measures, stays] = await Promise.allSettled([
    said(pipeline, { signal: leaving.signal }).finally(leave),
    pipeline.score(['12'], { signal: leaving.signal }).finally(leave),
    pipeline.evaluate({ signal: leaving.signal }).finally(leave),
    said(pipeline),
    pipeline.ready(({ progress }) => {
      told = progress.done;
      if (progress.done === 3) leaving.abort();
    }),
  ]);
  for (const one of [gone, score, measures]) expect(one).toMatchObject({ status: 'rejected', reason: abortError });
  expect(stays).toMatchObject({ status: 'fulfilled', value: ['123'] });
  expect(told).toBe(100);
  for (const at of left) expect(at).toBeLessThan(50);
});

test('who leaves a training that nobody else waits for ends it, and it goes on where it was when asked for again', async () => {
  const { pipeline } = await opened(400);
  await using _ = pipeline;
  const leaving = new AbortController();
  let reached = 0;
  const first = pipeline.ready(({ progress }) => {
    reached = progress.done;
    if (progress.done === 5) leaving.abort();
  }, leaving.signal);
  await expect(first).rejects.toMatchObject(abortError);
  expect(reached).toBeLessThan(100);
  expect(await said(pipeline)).toEqual(['123']);
});

test('who leaves a training anew leaves the others what stands', async () => {
  const { pipeline } = await opened(60);
  await using _ = pipeline;
  const { folder } = await pipeline.ready();
  let beside: Promise<unknown[]> | undefined;
  const subscription = pipeline.train().subscribe({
    next: ({ progress }) => {
      if (progress.done < 5 || beside) return;
      beside = said(pipeline);
      subscription.unsubscribe();
    },
  });
  await expect.poll(() => beside).toBeDefined();
  expect(await beside).toEqual(['123']);
  expect(await pipeline.ready()).toMatchObject({ folder, trained: false });
});

test('a reader that leaves while it waits has left at once', async () => {
  const { pipeline } = await opened(400);
  await using _ = pipeline;
  const samples = pipeline.samples(ask)[Symbol.asyncIterator]();
  const first = samples.next().catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await samples.return!();
  expect(await first).toMatchObject(abortError);
});

test('closing ends a training, whoever waits', async () => {
  const { pipeline } = await opened(400);
  const waiting = [said(pipeline), pipeline.ready()].map((one) => one.catch((error: unknown) => error));
  await new Promise((resolve) => setTimeout(resolve, 60));
  await pipeline.close();
  for (const one of waiting) expect(await one).toMatchObject(abortError);
  await expect(pipeline.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(lastValueFrom(pipeline.train())).rejects.toMatchObject({ code: 'CLOSED' });
});
