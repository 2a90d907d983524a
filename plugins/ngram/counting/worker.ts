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
  /** Counts to go on from, and of how many batches they are. */
  readonly from?: Uint8Array;
  readonly batches: number;
}

/** What it is told later: a batch (how many rows, their lengths, their ids), a wish for a checkpoint, the end of the corpus. */
export type Command =
  | { readonly kind: 'count'; readonly rows: Int32Array }
  | { readonly kind: 'checkpoint'; readonly to: MessagePort }
  | { readonly kind: 'estimate' };

/** What it answers: a batch is counted, an order is estimated, the model as a file's bytes, a fault. */
export type Reply =
  | { readonly kind: 'counted'; readonly rows: number; readonly ngrams: number }
  | { readonly kind: 'order'; readonly order: number; readonly figures: Readonly<Record<string, number>> }
  | { readonly kind: 'model'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const { identity, from, batches: before } = workerData as Task;
let counts: Counts | undefined;
let batches = before;

const answer = (reply: Reply, transfer: ArrayBuffer[] = []): void => parentPort!.postMessage(reply, transfer);

const count = (counts: Counts, rows: Int32Array): void => {
  let at = 1 + rows[0]!;
  for (let row = 1; row <= rows[0]!; row++) counts.read(rows.subarray(at, (at += rows[row]!)));
  batches++;
  answer({ kind: 'counted', rows: rows[0]!, ngrams: counts.sizes.reduce((sum, size) => sum + size) });
};

const obey = (command: Command): void => {
  counts ??= from ? restore(from, identity) : new Counts(identity.order, identity);
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
