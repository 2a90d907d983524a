import { on, once } from 'node:events';
import { setImmediate as pause } from 'node:timers/promises';
import { MessageChannel, type Worker } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import {
  type Batch,
  type Corpus,
  type Progress,
  type Row,
  StagewrightError,
  startThread,
  type Trainer,
  type Training,
  untilLeft,
} from '../../core/index.ts';
import { batchesOf } from './counting/checkpoint.ts';
import type { Command, Reply, Task } from './counting/worker.ts';
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
  train(corpus: Corpus, run: Training): Observable<Progress> {
    return untilLeft(run.signal, (signal) => learn(this.#model, corpus, { ...run, signal }));
  }
}

async function* learn(model: NgramModel, corpus: Corpus, { from, signal }: Training): AsyncGenerator<Progress> {
  signal.throwIfAborted();
  const batches = from ? batchesOf(from, model.identity) : 0;
  const task: Task = { identity: model.identity, batches, kept: from?.length ?? 0 };
  const thread = startThread('./counting/worker', import.meta.url, { workerData: task });
  signal.addEventListener('abort', () => thread.terminate(), { once: true });
  const replies = on(thread, 'message', { close: ['exit'] });
  const tell = (command: Command, transfer: ArrayBuffer[] = []): void => thread.postMessage(command, transfer);
  let done = batches * BATCH;
  const counted = async (): Promise<Progress> => {
    const { rows, ngrams } = await reply<'counted'>(replies);
    done += rows;
    return { done, total: corpus.rows, unit: 'rows', figures: { ngrams }, checkpoint: () => checkpoint(thread) };
  };
  try {
    for (let at = 0; from && at < from.length; at += PIECE) {
      const bytes = from.slice(at, at + PIECE);
      tell({ kind: 'restore', at, bytes }, [bytes.buffer]);
      await pause();
    }
    let behind = 0;
    for await (const rows of corpus.read({ batch: BATCH, skip: batches })) {
      const packed = pack(rows);
      tell({ kind: 'count', rows: packed }, [packed.buffer]);
      if (++behind > AHEAD) {
        yield await counted();
        behind--;
      }
    }
    for (; behind > 0; behind--) yield await counted();
    const { order } = model.identity;
    yield { done: 0, total: order, unit: 'orders' };
    tell({ kind: 'estimate' });
    for (let at = 1; at <= order; at++) yield { done: at, total: order, unit: 'orders', figures: (await reply<'order'>(replies)).figures };
    model.learn((await reply<'model'>(replies)).bytes);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    await thread.terminate();
  }
}

/** The thread's next answer. Throws what went wrong there, or NGRAM_STOPPED where it has ended. */
const reply = async <K extends Reply['kind']>(replies: AsyncIterator<unknown[]>): Promise<Extract<Reply, { kind: K }>> => {
  const { done, value } = await replies.next();
  if (done) throw errors.NGRAM_STOPPED();
  const [answer] = value as [Reply];
  if (answer.kind === 'failed') throw new StagewrightError(answer.code, answer.message);
  return answer as Extract<Reply, { kind: K }>;
};

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

/** The thread's counts as they are when it comes to this wish. Throws NGRAM_STOPPED where it ends before. */
const checkpoint = async (thread: Worker): Promise<Uint8Array> => {
  if (thread.threadId < 0) throw errors.NGRAM_STOPPED();
  const { port1, port2 } = new MessageChannel();
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  thread.once('exit', stop);
  try {
    const wish: Command = { kind: 'checkpoint', to: port2 };
    thread.postMessage(wish, [port2]);
    const [bytes] = (await once(port1, 'message', { signal: stopped.signal })) as [Uint8Array];
    return bytes;
  } catch {
    throw errors.NGRAM_STOPPED();
  } finally {
    thread.off('exit', stop);
    port1.close();
  }
};
