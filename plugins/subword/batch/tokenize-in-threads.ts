import { startThread, ThreadCalls, type Tokens } from '../../../core/index.ts';
import type { Compiled } from '../engine/compiled.ts';
import { endedEarly } from '../errors.ts';
import type { Methods } from './worker.ts';

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
    const thread = new ThreadCalls<Methods>(startThread('./worker', import.meta.url, { workerData: compiled }), { ended: endedEarly });
    const leave = (): void => void thread.terminate();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      while (next < shares.length) {
        const [from, to] = shares[next++]!;
        const { lengths, ids } = await thread.call('tokenize', texts.slice(from, to));
        signal?.throwIfAborted();
        let at = 0;
        lengths.forEach((length, i) => {
          rows[from + i] = ids.slice(at, at + length);
          at += length;
        });
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
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
