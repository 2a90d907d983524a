import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/index.ts';
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

/** What it is told later: a piece of the checkpoint, a batch (how many rows, their lengths, their ids), a wish for a checkpoint, the end of the corpus. */
export type Command =
  | { readonly kind: 'restore'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'count'; readonly rows: Int32Array }
  | { readonly kind: 'checkpoint'; readonly to: MessagePort }
  | { readonly kind: 'estimate' };

/** What it answers: a batch is counted, an order is estimated, the model as a file's bytes, a fault. */
export type Reply =
  | { readonly kind: 'counted'; readonly rows: number; readonly ngrams: number }
  | { readonly kind: 'order'; readonly order: number; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'model'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const task = workerData as Task;
const { identity } = task;
let { batches } = task;
const EMPTY = new Uint8Array(0);
let kept = new Uint8Array(task.kept);
let counts: Counts | undefined;

const answer = (reply: Reply, transfer: ArrayBuffer[] = []): void => parentPort!.postMessage(reply, transfer);

const count = (counts: Counts, rows: Int32Array): void => {
  let at = 1 + rows[0]!;
  for (let row = 1; row <= rows[0]!; row++) counts.read(rows.subarray(at, (at += rows[row]!)));
  batches++;
  answer({ kind: 'counted', rows: rows[0]!, ngrams: counts.sizes.reduce((sum, size) => sum + size) });
};

const obey = (command: Command): void => {
  if (command.kind === 'restore') {
    kept.set(command.bytes, command.at);
    return;
  }
  counts ??= kept.length > 0 ? restore(kept, identity) : new Counts(identity.order, identity);
  kept = EMPTY;
  if (command.kind === 'count') count(counts, command.rows);
  if (command.kind === 'checkpoint') {
    const bytes = keep(counts, identity, batches);
    command.to.postMessage(bytes, [bytes.buffer]);
  }
  if (command.kind === 'estimate') {
    const bytes = estimate(counts, identity, (order, figures) => answer({ kind: 'order', order, figures }));
    answer({ kind: 'model', bytes }, [bytes]);
  }
};

parentPort!.on('message', (command: Command) => {
  try {
    obey(command);
  } catch (error) {
    const known = error instanceof RangeError ? errors.NGRAM_TOO_LARGE(identity.order) : error; // no room for a larger array
    if (!(known instanceof StagewrightError)) throw error;
    answer({ kind: 'failed', code: known.code, message: known.message });
  }
});
