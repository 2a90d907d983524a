import { startThread, ThreadCalls } from '../../../core/index.ts';
import { endedEarly } from '../errors.ts';
import type { Hints, OpenedTokenizer } from './open.ts';
import type { Methods } from './worker.ts';

/** Reads a tokenizer from a file or a folder in a thread: large ones take a second. */
export const openInThread = async (path: string, hints: Hints = {}): Promise<OpenedTokenizer> => {
  const thread = new ThreadCalls<Methods>(startThread('./worker', import.meta.url), { ended: endedEarly });
  try {
    return await thread.call('open', { path, hints });
  } finally {
    await thread.terminate();
  }
};
