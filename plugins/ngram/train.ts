import type { Observable } from 'rxjs';
import {
  type Batch,
  type Corpus,
  flow,
  type ProgressEvent,
  type Row,
  startThread,
  ThreadCalls,
  type Trainer,
  type TrainingContext,
} from '../../core/index.ts';
import { batchesOf } from './counting/checkpoint.ts';
import type { Methods, Task } from './counting/worker.ts';
import { errors } from './errors.ts';
import type { NgramModel } from './model.ts';

const BATCH = 64; // rows in a message; checkpoints count in these
const AHEAD = 4; // messages the thread may be behind
const PIECE = 2 ** 22; // bytes of a checkpoint in a message

/** Counts n-grams in a thread while the corpus is read, then estimates the model there. */
export class NgramTrainer implements Trainer {
  readonly #model: NgramModel;

  constructor(model: NgramModel) {
    this.#model = model;
  }

  /** Leaving the stream ends the thread; an abort does too, and fails with its reason. */
  train(corpus: Corpus, run: TrainingContext): Observable<ProgressEvent> {
    return flow((signal) => learn(this.#model, corpus, { ...run, signal }), run.signal);
  }
}

async function* learn(model: NgramModel, corpus: Corpus, { checkpoint, signal }: TrainingContext): AsyncGenerator<ProgressEvent> {
  signal.throwIfAborted();
  const batches = checkpoint ? batchesOf(checkpoint, model.identity) : 0;
  const task: Task = { identity: model.identity, batches, kept: checkpoint?.length ?? 0 };
  const thread = new ThreadCalls<Methods>(startThread('./counting/worker', import.meta.url, { workerData: task }), {
    ended: errors.NGRAM_STOPPED,
  });
  signal.addEventListener('abort', () => thread.terminate(), { once: true });
  const behind: Promise<{ rows: number; ngrams: number }>[] = [];
  let done = batches * BATCH;
  const counted = async (): Promise<ProgressEvent> => {
    const { rows, ngrams } = await behind.shift()!;
    done += rows;
    return { done, total: corpus.rows, unit: 'rows', figures: { ngrams }, checkpoint: () => thread.call('checkpoint', undefined) };
  };
  try {
    for (let at = 0; checkpoint && at < checkpoint.length; at += PIECE) {
      const bytes = checkpoint.slice(at, at + PIECE);
      await thread.call('restore', { at, bytes }, { moving: [bytes.buffer] });
    }
    for await (const rows of corpus.read({ batch: BATCH, skip: batches })) {
      const packed = pack(rows);
      const count = thread.call('count', packed, { moving: [packed.buffer] });
      count.catch(() => undefined); // it is awaited in its turn, if that comes
      behind.push(count);
      if (behind.length > AHEAD) yield await counted();
    }
    while (behind.length > 0) yield await counted();
    const { order } = model.identity;
    yield { done: 0, total: order, unit: 'orders' };
    const estimated = thread.stream('estimate', undefined);
    let word = await estimated.next();
    for (let at = 1; !word.done; word = await estimated.next()) yield { done: at++, total: order, unit: 'orders', figures: word.value };
    model.learn(word.value);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await thread.terminate();
  }
}

/** Rows as one array that moves to the thread: how many, their lengths, their ids. */
const pack = (rows: Batch<Row>): Int32Array<ArrayBuffer> => {
  const packed = new Int32Array(rows.reduce((size, { tokens }) => size + tokens.length, 1 + rows.length));
  packed[0] = rows.length;
  let at = 1 + rows.length;
  rows.forEach(({ tokens }, row) => {
    packed[1 + row] = tokens.length;
    packed.set(tokens, at);
    at += tokens.length;
  });
  return packed;
};
