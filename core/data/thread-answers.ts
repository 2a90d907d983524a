import { parentPort } from 'node:worker_threads';
import { type Fault, faultOf } from './fault.ts';

/** What a thread is asked: a method with its input; of the id 0 where no answer is awaited, and without a method where nobody waits for that id any more. */
export type Request = { readonly id: number; readonly method?: string; readonly input?: unknown } | 'end';

/** What it says: words on the way, and at last a value or a fault. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly word: unknown }
  | { readonly id: number; readonly fault: Fault };

/** An answer some of whose arrays move to the asker instead of being copied. */
export class Moved<T> {
  readonly value: T;
  readonly arrays: readonly ArrayBufferLike[];

  constructor(value: T, arrays: readonly ArrayBufferLike[]) {
    this.value = value;
    this.arrays = arrays;
  }
}

/** Who waits for a call: told on the way how far it is, and perhaps gone. */
export class Asker<Word = never> {
  readonly #id: number;
  readonly #gone: ReadonlySet<number>;

  constructor(id: number, gone: ReadonlySet<number>) {
    this.#id = id;
    this.#gone = gone;
  }

  /** Leaves off where nobody waits any more; a method that takes long lets messages in before, by `setImmediate`. */
  throwIfGone(): void {
    if (this.#gone.has(this.#id)) throw new DOMException('Nobody waits any more.', 'AbortError');
  }

  tell(word: Word): void {
    parentPort!.postMessage({ id: this.#id, word } satisfies Reply);
  }
}

/** What can be asked of a thread; each method gets its input, and who asks. */
export type Methods = Readonly<Record<string, (input: never, asker: Asker<never>) => unknown>>;

/** What a method takes, what it comes to, and what it tells on the way. */
export type InputOf<F> = F extends (input: infer I, ...rest: never[]) => unknown ? I : never;
export type AnswerOf<F> = F extends (...args: never[]) => infer R ? Unmoved<Awaited<R>> : never;
export type WordOf<F> = F extends (input: never, asker: Asker<infer W>) => unknown ? W : never;
type Unmoved<R> = R extends Moved<infer T> ? T : R;

/** Answers what this thread is asked, one call after another in their order. `end` is done after the last, and then the thread ends by itself, never in the midst of something. */
export const answerCalls = (methods: Methods, end: () => unknown = () => undefined): void => {
  const port = parentPort!;
  const gone = new Set<number>();
  let answered = 0;
  let last: Promise<void> = Promise.resolve();
  const answer = async (id: number, method: string, input: unknown): Promise<void> => {
    try {
      const asker = new Asker<never>(id, gone);
      asker.throwIfGone();
      const value = await methods[method]!(input as never, asker);
      if (id === 0) return;
      if (value instanceof Moved) port.postMessage({ id, value: value.value } satisfies Reply, value.arrays as ArrayBuffer[]);
      else port.postMessage({ id, value } satisfies Reply);
    } catch (error) {
      if (id === 0) throw error; // nobody waits to hear of it, so the thread ends with it
      port.postMessage({ id, fault: faultOf(error) } satisfies Reply);
    } finally {
      answered = Math.max(answered, id);
      gone.delete(id);
    }
  };
  const leave = async (): Promise<void> => {
    try {
      await end();
    } finally {
      port.close(); // nothing else keeps the thread
    }
  };
  port.on('message', (request: Request) => {
    if (request === 'end') last = last.then(leave);
    else if (request.method !== undefined) last = last.then(() => answer(request.id, request.method!, request.input));
    else if (request.id > answered) gone.add(request.id);
  });
};
