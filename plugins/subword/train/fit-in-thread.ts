import { on } from 'node:events';
import { defer, finalize, from, type Observable } from 'rxjs';
import { type Progress, StagewrightError, startThread } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Opened } from '../files/open.ts';
import type { Plan } from './plan.ts';
import type { Command, Reply } from './worker.ts';

/** Units of text in a message. */
const MESSAGE = 1 << 18;
/** Messages the thread may be behind. */
const AHEAD = 4;

/** Learns a tokenizer in a thread while the corpus is read; leaving the stream ends the thread. */
export const fitInThread = (plan: Plan, corpus: AsyncIterable<string>, done: (opened: Opened) => void): Observable<Progress> =>
  defer(() => {
    const left = new AbortController();
    return from(learning(plan, corpus, done, left.signal)).pipe(finalize(() => left.abort()));
  });

async function* learning(
  plan: Plan,
  corpus: AsyncIterable<string>,
  done: (opened: Opened) => void,
  signal: AbortSignal,
): AsyncGenerator<Progress, void> {
  const thread = startThread('./worker', import.meta.url, { workerData: plan });
  const replies = on(thread, 'message', { close: ['exit'] });
  signal.addEventListener('abort', () => thread.terminate(), { once: true });
  const tell = (command: Command): void => thread.postMessage(command);
  let rows = 0;
  const counted = async (): Promise<Progress> => {
    const { pieces } = await reply<'counted'>(replies, 'counted');
    return { done: rows, unit: 'rows', figures: { pieces } };
  };
  try {
    let behind = 0;
    for await (const texts of messages(corpus)) {
      tell({ kind: 'texts', texts });
      rows += texts.length;
      if (++behind > AHEAD) {
        yield await counted();
        behind--;
      }
    }
    for (; behind > 0; behind--) yield await counted();
    tell({ kind: 'learn' });
    for (;;) {
      const answer = await reply<'learned' | 'done'>(replies, 'learned', 'done');
      if (answer.kind === 'done') return done(answer.opened);
      yield { done: answer.tokens, unit: 'tokens' };
    }
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

/** The thread's next answer. Throws what went wrong there, or THREAD_FAILED where it has ended. */
const reply = async <K extends Reply['kind']>(
  replies: AsyncIterator<unknown[]>,
  ...kinds: readonly K[]
): Promise<Extract<Reply, { kind: K }>> => {
  const { done, value } = await replies.next();
  if (done) throw errors.THREAD_FAILED('it was stopped, or ran out of memory');
  const [answer] = value as [Reply];
  if (answer.kind === 'failed') throw new StagewrightError(answer.code, answer.message);
  if (!(kinds as readonly string[]).includes(answer.kind)) throw errors.THREAD_FAILED(`it answered "${answer.kind}"`);
  return answer as Extract<Reply, { kind: K }>;
};
