import type { Worker } from 'node:worker_threads';
import { StagewrightError, startThread } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import type { Command, Opening, Part, Reply } from './protocol.ts';

interface Waiting {
  readonly resolve: (values: Float32Array | Float64Array) => void;
  readonly reject: (error: unknown) => void;
}

/** A model in a thread of its own, which reads, and keeps what rows remember. Closing waits for what runs. */
export class Session implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #count = 0;
  #closed = false;

  constructor(opening: Opening) {
    const worker = startThread('./worker', import.meta.url, { workerData: opening });
    this.#worker = worker;
    worker.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0 && !this.#closed) worker.unref(); // an idle thread keeps no process alive
      if ('values' in reply) waiting?.resolve(reply.values);
      else if ('code' in reply) waiting?.reject(new StagewrightError(reply.code, reply.message));
      else waiting?.reject(new DOMException('Nobody waits any more.', 'AbortError'));
    });
    this.#ended = new Promise((resolve) => {
      const end = (cause: string): void => {
        this.#closed = true;
        for (const { reject } of this.#waiting.values()) reject(errors.TRANSFORMER_THREAD(cause));
        this.#waiting.clear();
        resolve();
      };
      worker.on('error', (error) => end(String(error)));
      worker.on('exit', (code) => end(`exit ${code}`));
    });
    worker.unref();
  }

  /** Fresh numbers for memories. */
  number(): number {
    return ++this.#count;
  }

  /** Reads rows; an abort is heard before the next piece of a long one, and this fails with its reason. */
  read(parts: readonly Part[], signal: AbortSignal): Promise<Float32Array | Float64Array> {
    signal.throwIfAborted();
    if (this.#closed) return Promise.reject(errors.TRANSFORMER_THREAD('it was closed'));
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#tell({ kind: 'abort', id });
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', leave);
          then(value);
        };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle((error) => reject(signal.aborted ? signal.reason : error)) });
      this.#worker.ref();
      this.#tell({ kind: 'read', id, parts });
    });
  }

  rewind(memory: number, tokens: number): number {
    const next = this.number();
    this.#tell({ kind: 'rewind', memory, next, tokens });
    return next;
  }

  release(memory: number): void {
    if (!this.#closed) this.#tell({ kind: 'release', memory });
  }

  #tell(command: Command): void {
    this.#worker.postMessage(command);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#worker.ref();
      this.#tell({ kind: 'close' });
    }
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
