import { once } from 'node:events';
import { StagewrightError, startThread } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Hints, Opened } from './open.ts';
import type { Reply, Task } from './worker.ts';

/** Reads a tokenizer from a file or a folder in a thread: large ones take a second. */
export const openInThread = async (path: string, hints: Hints = {}): Promise<Opened> => {
  const task: Task = { path, hints };
  const thread = startThread('./worker', import.meta.url, { workerData: task });
  const ended = new AbortController();
  const end = (): void => ended.abort();
  thread.once('exit', end);
  try {
    const [reply] = (await once(thread, 'message', { signal: ended.signal })) as [Reply];
    if ('code' in reply) throw new StagewrightError(reply.code, reply.message);
    return reply.opened;
  } catch (error) {
    throw ended.signal.aborted ? errors.THREAD_FAILED('it was stopped, or ran out of memory') : error;
  } finally {
    thread.off('exit', end);
    await thread.terminate();
  }
};
