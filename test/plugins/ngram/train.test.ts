import { setTimeout as wait } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { defer, EMPTY, firstValueFrom, lastValueFrom, mergeMap, tap, toArray } from 'rxjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Corpus, createRandom, type ProgressEvent, type Row, type TrainingContext } from '../../../core/index.ts';
import { NgramModel } from '../../../plugins/ngram/model.ts';
import { NgramTrainer } from '../../../plugins/ngram/train.ts';
import { idsOf, learned } from './learned.ts';

const options = { order: 4, smoothing: 'kneser-ney' };
const tokenizer = idsOf(40, 0, 1);
const random = createRandom(7);
const rows: readonly Row[] = Array.from({ length: 1500 }, () => ({
  tokens: Int32Array.from([0, ...Array.from({ length: 1 + 12 * random() }, () => 2 + Math.floor(38 * random() ** 2)), 1]),
}));

/** The rows as the core hands them out, and how many batches were asked for so far. */
const corpusOf = (all: readonly Row[]): Corpus & { asked: number } => ({
  rows: all.length,
  asked: 0,
  async *read({ batch, skip = 0 }) {
    for (let at = skip * batch; at < all.length; at += batch) {
      this.asked++;
      yield all.slice(at, at + batch);
    }
  },
});

const training = (more: Partial<TrainingContext> = {}): TrainingContext => ({
  random: createRandom(1),
  signal: new AbortController().signal,
  ...more,
});

/** What a model would write into its file. */
const bytesOf = (model: NgramModel): Uint8Array => new Uint8Array(model.trie.levels[0]!.ids.buffer);

/** Trains to the end and answers all that was said. */
const trained = async (model: NgramModel, run = training(), corpus: Corpus = corpusOf(rows)): Promise<ProgressEvent[]> =>
  lastValueFrom(new NgramTrainer(model).train(corpus, run).pipe(toArray()));

/** A checkpoint after so many words of a training that is then left. */
const interrupted = (words: number): Promise<Uint8Array> => {
  const said = new NgramTrainer(new NgramModel(options, tokenizer)).train(corpusOf(rows), training());
  return firstValueFrom(said.pipe(mergeMap(({ checkpoint }, at) => (at === words - 1 ? defer(async () => checkpoint!()) : EMPTY))));
};

let threads = 0;
process.on('worker', (thread: Worker) => {
  threads++;
  thread.once('exit', () => threads--);
});
afterEach(() => vi.waitFor(() => expect(threads).toBe(0), { timeout: 120_000 })); // no test leaves a thread behind

describe('training', () => {
  test('comes to the same bytes as counting without a thread, and tells how far it is', async () => {
    const model = new NgramModel(options, tokenizer);
    const said = await trained(model);
    const same = learned(
      options,
      tokenizer,
      rows.map(({ tokens }) => tokens),
    );
    expect(bytesOf(model)).toEqual(bytesOf(same));
    const counted = said.filter(({ unit }) => unit === 'rows');
    expect(counted.map(({ done }) => done)).toEqual([...Array.from({ length: 23 }, (_, i) => 64 * (i + 1)), 1500]);
    expect(counted.every(({ total, checkpoint }) => total === 1500 && checkpoint)).toBe(true);
    const orders = said.filter(({ unit }) => unit === 'orders');
    expect(orders.map(({ done, total }) => [done, total])).toEqual([0, 1, 2, 3, 4].map((done) => [done, 4]));
    expect(orders[2]!.figures).toEqual({
      ngrams: 1433,
      d1: expect.any(Number),
      d2: expect.any(Number),
      d3: expect.any(Number),
      fallback: 0,
    });
    expect(said.at(-1)).toBe(orders.at(-1));
  });

  test('goes on from a checkpoint of any moment to the same bytes', async () => {
    const whole = new NgramModel(options, tokenizer);
    await trained(whole);
    for (const words of [1, 2 + Math.floor(20 * random()), 24]) {
      const resumed = new NgramModel(options, tokenizer);
      const corpus = corpusOf(rows);
      const said = await trained(resumed, training({ checkpoint: await interrupted(words) }), corpus);
      expect(bytesOf(resumed)).toEqual(bytesOf(whole));
      expect(said[0]!.unit === 'orders' || said[0]!.done > 64 * words).toBe(true);
      expect(corpus.asked).toBeLessThanOrEqual(24 - words);
    }
  });

  test('pulls rows no faster than they are counted', async () => {
    const corpus = corpusOf(rows);
    let ahead = 0;
    const said = new NgramTrainer(new NgramModel(options, tokenizer)).train(corpus, training());
    await lastValueFrom(said.pipe(tap(({ done, unit }) => (ahead = Math.max(ahead, unit === 'rows' ? corpus.asked - done / 64 : 0)))));
    expect(ahead).toBeLessThanOrEqual(5);
  });

  test('ends its thread when it is left, at any moment', async () => {
    for (let moment = 0; moment < 5; moment++) {
      const leaving = new NgramTrainer(new NgramModel(options, tokenizer)).train(corpusOf(rows), training()).subscribe();
      await wait(150 * random() * moment);
      leaving.unsubscribe();
    }
  });

  test('fails with the reason of an abort, before and during it', async () => {
    const reason = new Error('enough');
    await expect(trained(new NgramModel(options, tokenizer), training({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    const stop = new AbortController();
    const model = new NgramModel(options, tokenizer);
    const ending = new NgramTrainer(model)
      .train(corpusOf(rows), training({ signal: stop.signal }))
      .pipe(tap(({ done }) => done > 300 && stop.abort(reason)));
    await expect(lastValueFrom(ending)).rejects.toBe(reason);
    expect(() => model.trie).toThrow(expect.objectContaining({ code: 'NGRAM_UNTRAINED' }));
  });

  test('fails a checkpoint that is asked for too late', async () => {
    const [word] = await trained(new NgramModel(options, tokenizer));
    await expect(word!.checkpoint!()).rejects.toMatchObject({ code: 'NGRAM_STOPPED' });
  });

  test('fails with the fault of its corpus', async () => {
    const fault = new Error('the disk is gone');
    const corpus: Corpus = {
      rows: 100,
      async *read() {
        yield rows.slice(0, 64);
        throw fault;
      },
    };
    await expect(trained(new NgramModel(options, tokenizer), training(), corpus)).rejects.toBe(fault);
  });

  test.each([
    ['NGRAM_EMPTY_CORPUS', []],
    ['NGRAM_EMPTY_CORPUS', [[0]]],
    ['NGRAM_ID', [[0, 40, 1]]],
    ['NGRAM_ID', [[0, -1, 1]]],
  ])('fails with %s where the rows are %j', async (code, all) => {
    const corpus = corpusOf(all.map((tokens) => ({ tokens: Int32Array.from(tokens) })));
    await expect(trained(new NgramModel(options, tokenizer), training(), corpus)).rejects.toMatchObject({ name: 'StagewrightError', code });
  });

  test('refuses a checkpoint of other settings, and one that was changed or cut', async () => {
    const from = await interrupted(3);
    const other = new NgramModel({ ...options, order: 3 }, tokenizer);
    await expect(trained(other, training({ checkpoint: from }))).rejects.toMatchObject({ code: 'NGRAM_MISMATCH' });
    const changed = from.slice();
    changed[changed.length >> 1]! ^= 4;
    for (const bad of [changed, from.subarray(0, -4), from.subarray(0, 9), new Uint8Array(0)]) {
      await expect(trained(new NgramModel(options, tokenizer), training({ checkpoint: bad }))).rejects.toMatchObject({
        code: 'NGRAM_FILE',
      });
    }
    const forged = Buffer.from(from);
    forged.writeUInt32LE(0xfffffff0, forged.length - 16);
    forged.writeUInt32LE(crc32(forged.subarray(12)), 8);
    await expect(trained(new NgramModel(options, tokenizer), training({ checkpoint: forged }))).rejects.toMatchObject({
      code: 'NGRAM_FILE',
      message: expect.stringContaining('4-grams points nowhere'),
    });
  });
});
