import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { createRandom, open } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

const QUICKSTART = new URL('../../../pipelines/quickstart.json', import.meta.url).pathname;

setFlagsFromString('--expose_gc');
const gc = runInNewContext('gc') as () => void;

const heap = async (): Promise<number> => {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  }
  return process.memoryUsage().heapUsed;
};

/** One sample of the model, alone or among others; undefined where it was left before it ended. */
const one = async (pipeline: Awaited<ReturnType<typeof open>>, seed: number, leaveAfter: number): Promise<string | undefined> => {
  const leaving = new AbortController();
  let text = '';
  let pieces = 0;
  try {
    for await (const { raw } of pipeline.stream({ count: 1, seed, signal: leaving.signal, max_new_tokens: 60 })) {
      text += raw as string;
      if (++pieces === leaveAfter) {
        if (seed % 4 === 1) leaving.abort();
        else if (seed % 4 === 3) return undefined;
      }
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return undefined;
  }
  return text;
};

test('a thousand generations side by side, half of them left in the middle', async () => {
  const models = join(await workplace(), 'models');
  await using pipeline = await open(QUICKSTART, { models });
  await firstValueFrom(pipeline.generate({ count: 1 }));
  const random = createRandom(4);
  const moments = Array.from({ length: 1000 }, () => 1 + Math.floor(random() * 4));
  const together = () => Promise.all(moments.map((moment, seed) => one(pipeline, seed, moment)));
  await together(); // warm
  const handles = () => process.getActiveResourcesInfo().length;
  const [before, open1] = [await heap(), handles()];

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const texts = await together();
  delay.disable();
  console.log(`event-loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, heap ${((await heap()) - before) / 1e6} MB`);

  const left = texts.filter((text) => text === undefined).length;
  expect(left).toBeGreaterThan(300);
  expect(left).toBeLessThan(600);
  const alone = async (seed: number): Promise<string | undefined> => one(pipeline, seed, moments[seed]!);
  for (let seed = 0; seed < 1000; seed += 7) expect(texts[seed]).toBe(await alone(seed));
  expect((await heap()) - before).toBeLessThan(10e6);
  expect(handles()).toBeLessThanOrEqual(open1 + 1);
});
