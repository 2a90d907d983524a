import { workerData } from 'node:worker_threads';
import { type Asker, answerCalls, Moved } from '../../../core/data/thread-answers.ts';
import { errors } from '../errors.ts';
import type { Identity } from '../file.ts';
import { keep, restore } from './checkpoint.ts';
import { Counts } from './counts.ts';
import { estimate } from './estimate.ts';

/** What the thread is told when it starts. */
export interface Task {
  readonly identity: Identity;
  /** The bytes of the checkpoint to go on from, 0 where there is none; they come in pieces, so that copying holds nobody up. */
  readonly kept: number;
  /** How many batches it is of. */
  readonly batches: number;
}

/** What is told of an order that is estimated. */
export type Figures = Readonly<Record<string, number>>;

const task = workerData as Task;
const { identity } = task;
let { batches } = task;
const EMPTY = new Uint8Array(0);
let kept = new Uint8Array(task.kept);
let counts: Counts | undefined;

/** Does something with the counts, those of the checkpoint at first, and words a lack of room for a larger array. */
const withCounts = <T>(work: (counts: Counts) => T): T => {
  try {
    counts ??= kept.length > 0 ? restore(kept, identity) : new Counts(identity.order, identity);
    kept = EMPTY;
    return work(counts);
  } catch (error) {
    throw error instanceof RangeError ? errors.NGRAM_TOO_LARGE(identity.order) : error;
  }
};

const methods = {
  /** Takes a piece of the checkpoint. */
  restore: ({ at, bytes }: { readonly at: number; readonly bytes: Uint8Array }) => kept.set(bytes, at),
  /** Counts a batch: how many rows, their lengths, their ids. */
  count: (rows: Int32Array) =>
    withCounts((counts) => {
      let at = 1 + rows[0]!;
      for (let row = 1; row <= rows[0]!; row++) counts.read(rows.subarray(at, (at += rows[row]!)));
      batches++;
      return { rows: rows[0]!, ngrams: counts.sizes.reduce((sum, size) => sum + size) };
    }),
  /** The counts as they are now. */
  checkpoint: () =>
    withCounts((counts) => {
      const bytes = keep(counts, identity, batches);
      return new Moved(bytes, [bytes.buffer]);
    }),
  /** The model as a file's bytes; tells each order's figures. */
  estimate: (_: undefined, asker: Asker<Figures>) =>
    withCounts((counts) => {
      const bytes = estimate(counts, identity, (_order, figures) => asker.tell(figures));
      return new Moved(bytes, [bytes]);
    }),
};

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods);
