import { parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/index.ts';
import { type Hints, type Opened, open } from './open.ts';

/** What the thread is to read. */
export interface Task {
  readonly path: string;
  readonly hints: Hints;
}

/** What it answers. */
export type Reply = { readonly opened: Opened } | { readonly code: string; readonly message: string };

const { path, hints } = workerData as Task;
const answer = (reply: Reply): void => parentPort!.postMessage(reply);
try {
  answer({ opened: open(path, hints) });
} catch (error) {
  if (!(error instanceof StagewrightError)) throw error;
  answer({ code: error.code, message: error.message });
}
