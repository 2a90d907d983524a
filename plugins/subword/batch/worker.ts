import { parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/index.ts';
import type { Compiled } from '../engine/compiled.ts';
import { Engine } from '../engine/engine.ts';

/** What it answers to a list of texts: how many ids each has, and all ids; or a fault. */
export type Reply =
  | { readonly lengths: Int32Array<ArrayBuffer>; readonly ids: Int32Array<ArrayBuffer> }
  | { readonly code: string; readonly message: string };

const engine = new Engine(workerData as Compiled);

const answer = (texts: readonly string[]): void => {
  const rows = texts.map((text) => engine.tokenize(text));
  const lengths = Int32Array.from(rows, (row) => row.length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    ids.set(row, at);
    at += row.length;
  }
  const reply: Reply = { lengths, ids };
  parentPort!.postMessage(reply, [lengths.buffer, ids.buffer]);
};

parentPort!.on('message', (texts: readonly string[]) => {
  try {
    answer(texts);
  } catch (error) {
    if (!(error instanceof StagewrightError)) throw error;
    const reply: Reply = { code: error.code, message: error.message };
    parentPort!.postMessage(reply);
  }
});
