import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { createRandom, open } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const MINERALS = readFileSync(new URL('../../../pipelines/data/minerals.txt', import.meta.url), 'utf8');

/** Real names in pairs, so many that a training takes a moment. */
const names = MINERALS.trim().split('\n');
const corpus = Array.from({ length: 20_000 }, (_, i) => `${names[i % names.length]} and ${names[(i * 31 + 7) % names.length]}`).join('\n');

const pipeline = {
  name: 'killed',
  data: { train: 'corpus.txt', valid: 10, rows: 'lines' },
  stages: { tokenize: 'characters', backend: 'ngram', sample: 'sampling' },
  backends: { ngram: { with: { order: 4 } } },
  checkpoint_seconds: 0,
};

/** Runs a training in a process of its own; answers its exit, and a hand to kill it with. */
const training = (folder: string, order: number) => {
  const child = spawn(process.execPath, [CLI, 'train', 'p.json', '--set', `backends.ngram.with.order=${order}`], {
    cwd: folder,
    stdio: 'ignore',
  });
  return { child, over: new Promise<number | null>((resolve) => child.once('exit', resolve)) };
};

const bytesOf = (folder: string): Record<string, string> => {
  const current = JSON.parse(readFileSync(join(folder, 'models/killed/current.json'), 'utf8')) as { fingerprint: string };
  const model = join(folder, 'models/killed', current.fingerprint);
  return Object.fromEntries(
    readdirSync(model)
      .filter((file) => file !== 'training.jsonl')
      .map((file) => [file, readFileSync(join(model, file)).toString('base64')]),
  );
};

test('killed at 20 moments of training and saving, the last good model loads, and the resumed training ends in the same bytes', async () => {
  const folder = await workplace({ 'p.json': pipeline, 'corpus.txt': corpus });
  const begin = performance.now();
  expect(await training(folder, 5).over).toBe(0);
  const whole = { seconds: (performance.now() - begin) / 1000, bytes: bytesOf(folder) };
  await rm(join(folder, 'models'), { recursive: true });
  expect(await training(folder, 3).over).toBe(0);
  const random = createRandom(11);
  /** Ends the training that may be half done, and goes back to the older model. */
  const finish = async (): Promise<void> => {
    expect(await training(folder, 5).over).toBe(0);
    expect(bytesOf(folder)).toEqual(whole.bytes);
    const done = JSON.parse(readFileSync(join(folder, 'models/killed/current.json'), 'utf8')) as { fingerprint: string };
    await rm(join(folder, 'models/killed', done.fingerprint), { recursive: true });
    expect(await training(folder, 3).over).toBe(0);
  };
  let span = whole.seconds;
  for (let killed = 0; killed < 20; ) {
    const stale = new Set(readdirSync(join(folder, 'models/killed')));
    const { child, over } = training(folder, 5);
    if (killed % 4 === 3) {
      // while it saves: as soon as a folder aside is there
      const saving = (): boolean => readdirSync(join(folder, 'models/killed')).some((name) => name.endsWith('.part') && !stale.has(name));
      while (child.exitCode === null && !saving()) await new Promise((resolve) => setTimeout(resolve, 1));
    } else await new Promise((resolve) => setTimeout(resolve, 1000 * span * (0.2 + 0.8 * random())));
    child.kill('SIGKILL');
    if ((await over) === null) killed++;
    else {
      span *= 0.9; // it was faster than we thought
      await finish();
      continue;
    }
    await using survivor = await open(join(folder, 'models/killed'));
    expect(await lastValueFrom(survivor.generate({ count: 1 }).pipe(toArray()))).toHaveLength(1);
    if (killed % 5 === 0) await finish();
  }
});
