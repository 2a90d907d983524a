import { workerData } from 'node:worker_threads';
import { answerCalls, Moved } from '../../../core/data/thread-answers.ts';
import type { Compiled } from '../engine/compiled.ts';
import { Engine } from '../engine/engine.ts';

const engine = new Engine(workerData as Compiled);

const methods = {
  /** How many ids each text has, and all ids. */
  tokenize: (texts: readonly string[]) => {
    const rows = texts.map((text) => engine.tokenize(text));
    const lengths = Int32Array.from(rows, (row) => row.length);
    const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const row of rows) {
      ids.set(row, at);
      at += row.length;
    }
    return new Moved({ lengths, ids }, [lengths.buffer, ids.buffer]);
  },
};

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods);
