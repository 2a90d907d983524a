import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { hold } from '../../../core/laws/index.ts';
import { honest, kinds, lawsOf } from './honest/index.ts';

const minutes = Number(process.env.STAGEWRIGHT_SOAK ?? 0);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is alive, in MB. */
const alive = async (): Promise<number> => {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Every law and every stage that is right, again and again with fresh seeds, for STAGEWRIGHT_SOAK minutes. */
it.skipIf(!(minutes > 0))(
  'the laws hold for as long as wanted, in the same memory',
  async () => {
    const end = performance.now() + minutes * 60_000;
    const memory: number[] = [];
    let rounds = 0;
    for (; performance.now() < end || rounds < 8; rounds++) {
      for (const kind of kinds)
        for (const law of lawsOf(kind))
          for (const subject of honest[kind]) {
            const verdict = await hold(law, subject as never, { seed: (Date.now() + rounds) | 0, runs: 5 });
            if (verdict.outcome === 'broken') expect.fail(JSON.stringify(verdict.failure));
          }
      memory.push(await alive());
    }
    const quarter = Math.ceil(rounds / 4);
    const [before, after] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
    console.log(
      `${rounds} rounds in ${minutes} minutes; ${before.toFixed(1)} MB alive in the second quarter, ${after.toFixed(1)} in the last`,
    );
    expect(after).toBeLessThan(before * 1.1 + 2);
  },
  (minutes + 10) * 60_000,
);
