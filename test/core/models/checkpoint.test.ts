import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { from, Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainBackend } from '../../../core/models/training.ts';
import type { ProgressEvent, Trainer } from '../../../core/stages/train.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

const corpus = { rows: 0, read: async function* () {} };
const STATE = Uint8Array.from({ length: 5000 }, (_, at) => at % 251);

/** Trains in a workbench; answers what the trainer went on from. */
const trained = async (workbench: string, words: Observable<ProgressEvent>): Promise<{ log: string; from: Uint8Array | undefined }> => {
  let begun: Uint8Array | undefined;
  const trainer: Trainer = {
    train: (_, run) => {
      begun = run.checkpoint;
      return words;
    },
  };
  const bench = { workbench, signal: new AbortController().signal, say: () => undefined };
  const log = await trainBackend(trainer, 'made', corpus, {
    ...bench,
    now: () => performance.now(),
    seed: 0,
    every: 0,
    spell: () => undefined,
  });
  return { log, from: begun };
};

const word = (done: number): ProgressEvent => ({ done, unit: 'steps', figures: { loss: done }, checkpoint: () => STATE });
const three = from([1, 2, 3].map(word));
const nothing = new Observable<ProgressEvent>((observer) => observer.complete());

describe('a checkpoint file', () => {
  test('gives back the log and the state, which is the trainer’s own', async () => {
    const workbench = join(folder, 'whole.training');
    const { log, from: none } = await trained(workbench, three);
    expect(none).toBeUndefined();
    const again = await trained(workbench, nothing);
    expect(log.startsWith(again.log)).toBe(true);
    expect(again.log).toMatch(/"loss":1/);
    expect(again.from).toEqual(STATE);
    expect([again.from!.byteOffset, again.from!.buffer.byteLength]).toEqual([0, STATE.length]);
  });

  test('that is cut, changed, foreign, another’s or not to be read ends the training by name, and stays', async () => {
    const workbench = join(folder, 'good.training');
    await trained(workbench, three);
    const path = join(workbench, 'checkpoint.bin');
    const whole = await readFile(path);
    const cases: [Uint8Array, string][] = [
      [whole.subarray(0, whole.length - 1), 'bytes where its heading speaks of'],
      [whole.subarray(0, 3), 'it does not begin like one'],
      [new Uint8Array(0), 'it does not begin like one'],
      [Buffer.from('SWCP\x00\x00\x00\x00state'), 'it does not begin like one'],
      [Uint8Array.from(whole).with(whole.length - 9, 252), 'its checksum does not hold'],
    ];
    for (const [bytes, why] of cases) {
      await writeFile(path, bytes);
      await expect(trained(workbench, nothing)).rejects.toMatchObject({
        code: 'CHECKPOINT_UNREADABLE',
        message: expect.stringMatching(new RegExp(`checkpoint.bin.*${why}.*delete it, and train from the start`)),
      });
      expect(await readFile(path)).toEqual(Buffer.from(bytes));
    }
    const other = join(folder, 'other.training');
    await mkdir(other);
    await writeFile(join(other, 'checkpoint.bin'), whole);
    await expect(trained(other, nothing)).rejects.toThrow('it is of the pipeline "good.training" and not "other.training"');
    const odd = join(folder, 'odd.training');
    await mkdir(join(odd, 'checkpoint.bin'), { recursive: true });
    await expect(trained(odd, nothing)).rejects.toMatchObject({ code: 'CHECKPOINT_UNREADABLE' });
  });
});
