import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../core/data/random.ts';
import * as t from '../../../../plugins/toolkit/index.ts';
import { gpt, vae } from '../../../bench/toolkit-models.ts';

const DEEP = process.env.STAGEWRIGHT_DEEP !== undefined;
const STEPS = 40;

/** Runs the training to its end, or kills it without a word once so many milliseconds have passed since its first state. */
const train = (path: string, killAfter?: number): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const program = new URL('./resumable.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', program, path, String(STEPS)], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', resolve);
    if (killAfter === undefined) return;
    const watch = setInterval(() => {
      if (!existsSync(path)) return;
      clearInterval(watch);
      setTimeout(() => child.kill('SIGKILL'), killAfter);
    }, 1);
    child.on('exit', () => clearInterval(watch));
  });

describe('a training', () => {
  it(`that is killed goes on to the same bits, ${DEEP ? 20 : 2} of ${DEEP ? 20 : 2}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toolkit-kill-'));
    const random = createRandom(17);
    try {
      expect(await train(join(folder, 'whole'))).toBe(0);
      const whole = await readFile(join(folder, 'whole'));
      for (let run = 0; run < (DEEP ? 20 : 2); run++) {
        const path = join(folder, `killed-${run}`);
        await train(path, random() * 60);
        expect((await readFile(path)).readUInt32LE(0)).toBeLessThanOrEqual(STEPS);
        expect(await train(path)).toBe(0);
        expect((await readFile(path)).equals(whole)).toBe(true);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  for (const build of [() => gpt(4, 128, 4, 64, 12, 0), vae]) {
    const { name, plans, feeds } = build();
    it.skipIf(!DEEP)(`of ${name}, 5,000 steps, does not grow`, { timeout: 1_200_000 }, async () => {
      await using training = await t.Training.start(plans, { device: 'cpu' });
      const sizes: number[] = [];
      for (let step = 0; step < 5000; step++) {
        await training.step(feeds);
        if (step % 100 === 99) sizes.push(process.memoryUsage().rss / 2 ** 20);
      }
      const most = (part: readonly number[]): number => Math.max(...part);
      console.log(
        `${name}: ${sizes[0]} MB after 100 steps, ${most(sizes.slice(10, 20))} at most from 1,000 to 2,000, ${most(sizes.slice(-10))} in the last 1,000`,
      );
      expect(most(sizes.slice(-10))).toBeLessThan(most(sizes.slice(10, 20)) + 30); // megabytes, after it has warmed up
    });
  }
});
