import { StagewrightError, startThread, ThreadCalls } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Opening, Part } from './protocol.ts';
import type { Methods } from './worker.ts';

/** A model in a thread of its own, which reads, and keeps what rows remember. Closing waits for what runs. */
export class Session implements AsyncDisposable {
  readonly #calls: ThreadCalls<Methods>;
  #count = 0;

  constructor(opening: Opening) {
    this.#calls = new ThreadCalls(startThread('./worker', import.meta.url, { workerData: opening }), {
      ended: errors.TRANSFORMER_THREAD,
      unknown: (error) => new StagewrightError('TRANSFORMER_THREAD', error.message, error),
      background: true,
    });
  }

  /** Fresh numbers for memories. */
  number(): number {
    return ++this.#count;
  }

  /** Reads rows; an abort is heard before the next piece of a long one, and this fails with its reason. */
  read(parts: readonly Part[], signal: AbortSignal): Promise<Float32Array | Float64Array> {
    return this.#calls.call('read', parts, { signal });
  }

  rewind(memory: number, tokens: number): number {
    const next = this.number();
    this.#calls.send('rewind', { memory, next, tokens });
    return next;
  }

  release(memory: number): void {
    this.#calls.send('release', memory);
  }

  close(): Promise<void> {
    return this.#calls.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
