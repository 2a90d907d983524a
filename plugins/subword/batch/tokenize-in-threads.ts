import { on } from 'node:events';
import { StagewrightError, startThread, type Tokens } from '../../../core/index.ts';
import type { Compiled } from '../engine/compiled.ts';
import { errors } from '../errors.ts';
import type { Reply } from './worker.ts';

/** Units of text that a thread is handed at a time. */
const SHARE = 1 << 18;

/** The ids of many texts, in their order, found by so many threads; an abort ends them. */
export const tokenizeInThreads = async (
  compiled: Compiled,
  texts: readonly string[],
  threads: number,
  signal?: AbortSignal,
): Promise<readonly Tokens[]> => {
  signal?.throwIfAborted();
  const shares = sharesOf(texts);
  const rows = new Array<Tokens>(texts.length);
  let next = 0;
  const work = async (): Promise<void> => {
    const thread = startThread('./worker', import.meta.url, { workerData: compiled });
    const replies = on(thread, 'message', { close: ['exit'] });
    const leave = (): void => void thread.terminate();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      while (next < shares.length) {
        const [from, to] = shares[next++]!;
        thread.postMessage(texts.slice(from, to));
        const { done, value } = await replies.next();
        signal?.throwIfAborted();
        if (done) throw errors.THREAD_FAILED('it was stopped, or ran out of memory');
        unpack((value as [Reply])[0], rows, from);
      }
    } finally {
      signal?.removeEventListener('abort', leave);
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, shares.length) }, work));
  return rows;
};

const sharesOf = (texts: readonly string[]): readonly (readonly [from: number, to: number])[] => {
  const shares: [number, number][] = [];
  let [from, units] = [0, 0];
  texts.forEach((text, i) => {
    units += text.length;
    if (units < SHARE && i + 1 < texts.length) return;
    shares.push([from, i + 1]);
    [from, units] = [i + 1, 0];
  });
  return shares;
};

const unpack = (reply: Reply, rows: Tokens[], from: number): void => {
  if ('code' in reply) throw new StagewrightError(reply.code, reply.message);
  let at = 0;
  reply.lengths.forEach((length, i) => {
    rows[from + i] = reply.ids.slice(at, at + length);
    at += length;
  });
};
