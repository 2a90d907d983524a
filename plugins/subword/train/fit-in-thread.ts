import type { Observable } from 'rxjs';
import { flow, type ProgressEvent, startThread, ThreadCalls } from '../../../core/index.ts';
import { endedEarly, errors } from '../errors.ts';
import type { OpenedTokenizer } from '../files/open.ts';
import type { Plan } from './plan.ts';
import type { Methods } from './worker.ts';

/** Units of text in a message. */
const MESSAGE = 1 << 18;
/** Messages the thread may be behind. */
const AHEAD = 4;

/** Learns a tokenizer in a thread while the corpus is read; leaving the stream ends the thread. */
export const fitInThread = (
  plan: Plan,
  corpus: AsyncIterable<string>,
  done: (opened: OpenedTokenizer) => void,
): Observable<ProgressEvent> => flow((signal) => learning(plan, corpus, done, signal));

async function* learning(
  plan: Plan,
  corpus: AsyncIterable<string>,
  done: (opened: OpenedTokenizer) => void,
  signal: AbortSignal,
): AsyncGenerator<ProgressEvent, void> {
  const thread = new ThreadCalls<Methods>(startThread('./worker', import.meta.url, { workerData: plan }), { ended: endedEarly });
  signal.addEventListener('abort', () => thread.terminate(), { once: true });
  const behind: Promise<number>[] = [];
  let rows = 0;
  const counted = async (): Promise<ProgressEvent> => {
    const pieces = await behind.shift()!;
    return { done: rows, unit: 'rows', figures: { pieces } };
  };
  try {
    for await (const texts of messages(corpus)) {
      const count = thread.call('count', texts);
      count.catch(() => undefined); // it is awaited in its turn, if that comes
      behind.push(count);
      rows += texts.length;
      if (behind.length > AHEAD) yield await counted();
    }
    while (behind.length > 0) yield await counted();
    const learned = thread.stream('learn', undefined);
    let word = await learned.next();
    for (; !word.done; word = await learned.next()) yield { done: word.value, unit: 'tokens' };
    done(word.value);
  } finally {
    await thread.terminate();
  }
}

/** Texts of the corpus, so many that a message has some length. */
async function* messages(corpus: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let texts: string[] = [];
  let units = 0;
  for await (const text of corpus) {
    if (typeof text !== 'string') throw errors.NOT_TEXT(text === null ? 'null' : typeof text);
    texts.push(text);
    units += text.length;
    if (units < MESSAGE) continue;
    yield texts;
    texts = [];
    units = 0;
  }
  if (texts.length > 0) yield texts;
}
