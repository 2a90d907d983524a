import type { Worker } from 'node:worker_threads';
import { StagewrightError } from '../errors.ts';
import { errorOf } from './fault.ts';
import type { AnswerOf, InputOf, Methods, Reply, Request, WordOf } from './thread-answers.ts';

/** How a thread's asker words what goes wrong with it. */
export interface ThreadManners {
  /** The thread has ended though somebody waits: why, as far as it is known. */
  readonly ended: (why: string) => StagewrightError;
  /** It was asked after its end; else that is `ended` too. */
  readonly closed?: () => Error;
  /** A method failed with an error that is nobody's on purpose; else that is thrown as it is. */
  readonly unknown?: (error: Error) => Error;
  /** Whether it keeps the process alive only while somebody waits. */
  readonly background?: boolean;
}

/** How a call is made. */
export interface CallManners<Word = never> {
  /** Arrays that move to the thread instead of being copied. */
  readonly moving?: readonly ArrayBufferLike[];
  /** An abort is told to the thread, and the call fails with its reason once that has left off. */
  readonly signal?: AbortSignal;
  readonly heard?: (word: Word) => void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly leave: (() => void) | undefined;
  readonly heard: ((word: never) => void) | undefined;
}

/** Calls of the methods of a thread that answers with `answerCalls`. Every call ends: with its answer, its error, or the thread's end. */
export class ThreadCalls<M extends Methods> {
  readonly #worker: Worker;
  readonly #manners: ThreadManners;
  readonly #waiting = new Map<number, Waiting>();
  readonly #over: Promise<void>;
  #count = 0;
  #closed = false;

  constructor(worker: Worker, manners: ThreadManners) {
    this.#worker = worker;
    this.#manners = manners;
    worker.on('message', (reply: Reply) => this.#hear(reply));
    worker.on('error', (error) => this.#fail(error instanceof StagewrightError ? error : manners.ended(String(error)).because(error)));
    worker.once('exit', (code) => this.#fail(manners.ended(`exit ${code}`)));
    this.#over = new Promise((resolve) => worker.once('exit', () => resolve()));
    if (manners.background) worker.unref();
  }

  /** What a method answers to some input. */
  call<K extends keyof M & string>(
    method: K,
    input: InputOf<M[K]>,
    { moving, signal, heard }: CallManners<WordOf<M[K]>> = {},
  ): Promise<AnswerOf<M[K]>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#closed) throw this.#manners.closed?.() ?? this.#manners.ended('it was closed');
      const id = ++this.#count;
      this.#post({ id, method, input }, moving);
      const leave = signal && (() => this.#post({ id }));
      this.#waiting.set(id, { resolve, reject, signal, leave, heard });
      if (leave) signal.addEventListener('abort', leave, { once: true });
      if (this.#manners.background) this.#worker.ref();
    });
  }

  /** What a method tells on the way, one word after another; at last its answer. */
  async *stream<K extends keyof M & string>(method: K, input: InputOf<M[K]>): AsyncGenerator<WordOf<M[K]>, AnswerOf<M[K]>> {
    let words: WordOf<M[K]>[] = [];
    let over = false;
    let wake = (): void => undefined;
    const heard = (word: WordOf<M[K]>): void => {
      words.push(word);
      wake();
    };
    const answer = this.call(method, input, { heard }).finally(() => {
      over = true;
      wake();
    });
    answer.catch(() => undefined); // it is awaited below, after the words before it
    for (;;) {
      const told = words;
      words = [];
      yield* told;
      if (words.length > 0) continue;
      if (over) return await answer;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  /** Has a method done that nobody waits for; a thread that has ended is told nothing. */
  send<K extends keyof M & string>(method: K, input: InputOf<M[K]>): void {
    if (!this.#closed) this.#post({ id: 0, method, input });
  }

  /** Lets the thread come to its end after all that it was asked before, and waits for it. */
  async end(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#worker.ref();
      this.#post('end');
    }
    await this.#over;
  }

  /** Ends the thread wherever it is: one of JavaScript alone, since the runtime that computes does not outlive that. */
  async terminate(): Promise<void> {
    this.#closed = true;
    await this.#worker.terminate();
    await this.#over;
  }

  #post(request: Request, moving?: readonly ArrayBufferLike[]): void {
    this.#worker.postMessage(request, moving as ArrayBuffer[] | undefined);
  }

  #hear(reply: Reply): unknown {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    if ('word' in reply) return waiting.heard?.(reply.word as never);
    this.#waiting.delete(reply.id);
    const { resolve, reject, signal } = dismissed(waiting);
    if (this.#waiting.size === 0 && this.#manners.background && !this.#closed) this.#worker.unref();
    if ('value' in reply) return resolve(reply.value as never);
    const error = errorOf(reply.fault);
    const known = error instanceof StagewrightError ? error : (this.#manners.unknown?.(error) ?? error);
    return reject(signal?.aborted ? signal.reason : known);
  }

  #fail(error: Error): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) dismissed(waiting).reject(error);
    this.#waiting.clear();
  }
}

/** Who waits no longer, and so hears of no abort. */
const dismissed = (waiting: Waiting): Waiting => {
  if (waiting.leave) waiting.signal!.removeEventListener('abort', waiting.leave);
  return waiting;
};
