import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { of } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { showProgress } from '../../../core/host/cli/progress.ts';
import { type TrainingEvent, trainBackend } from '../../../core/models/training.ts';

const warned = { done: 2, total: 2, unit: 'steps', warning: 'It collapsed; train longer.' };

test('a warning of a trainer is told, and kept in the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'warning-'));
  const words: TrainingEvent[] = [];
  const trainer = { train: () => of({ done: 1, total: 2, unit: 'steps' }, warned) };
  const corpus = { rows: 0, read: async function* () {} };
  const bench = { workbench: folder, signal: new AbortController().signal, say: (word: TrainingEvent) => void words.push(word) };
  const log = await trainBackend(trainer, 'made', corpus, {
    ...bench,
    now: () => performance.now(),
    seed: 0,
    every: 60,
    spell: () => undefined,
  });
  expect(words.map(({ progress }) => progress.warning)).toEqual([undefined, warned.warning]);
  expect(log).toBe(`${JSON.stringify(warned)}\n`);
  await rm(folder, { recursive: true });
});

test('a sample of a trainer is spelled, told, and kept in the log; one that is no text is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'warning-'));
  const sampled = { done: 1, total: 1, unit: 'steps', figures: { loss: 2 }, sample: Int32Array.of(2, 0) };
  const corpus = { rows: 0, read: async function* () {} };
  const run = async (spell: (sample: Int32Array) => unknown) => {
    const words: TrainingEvent[] = [];
    const bench = { workbench: folder, signal: new AbortController().signal, say: (word: TrainingEvent) => void words.push(word) };
    const log = await trainBackend({ train: () => of(sampled) }, 'made', corpus, {
      ...bench,
      now: () => performance.now(),
      seed: 0,
      every: 60,
      spell,
    });
    return { log, samples: words.map(({ sample }) => sample) };
  };
  expect(await run((sample) => Array.from(sample, (id) => 'abc'[id]).join(''))).toEqual({
    log: '{"done":1,"total":1,"unit":"steps","loss":2,"sample":"ca"}\n',
    samples: ['ca'],
  });
  expect(await run(() => ({ pixels: 4 }))).toEqual({ log: '{"done":1,"total":1,"unit":"steps","loss":2}\n', samples: [undefined] });
  await rm(folder, { recursive: true });
});

test('a warning and a sample are shown at once, however short a time ago something else was', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const progress = showProgress();
    for (const word of [{ done: 1, unit: 'steps' }, warned, { done: 3, unit: 'steps' }]) progress.say({ stage: 'train', progress: word });
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)).warning)).toEqual([undefined, warned.warning]);
    progress.say({ stage: 'train', progress: { done: 4, unit: 'steps' }, sample: 'ca' });
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)).sample)).toEqual([undefined, undefined, 'ca']);
  } finally {
    write.mockRestore();
  }
});
