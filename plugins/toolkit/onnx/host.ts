import type { Worker } from 'node:worker_threads';
import { startThread } from '../../../core/data/thread.ts';
import { StagewrightError } from '../../../core/errors.ts';
import { errors } from '../errors.ts';
import type { Device, EngineOptions } from './device.ts';
import type { Guards } from './engine.ts';
import type { Fed, Program, Ran } from './program.ts';
import type { Answer } from './worker.ts';

/** An engine in a thread of its own, so that this one stays free: the same methods, answered later. Closing waits for what runs. */
export class Host implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  readonly #ended: Promise<void>;
  #count = 0;
  #closed = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: Answer) => {
      const { resolve, reject } = this.#waiting.get(answer.id)!;
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0 && !this.#closed) worker.unref(); // an idle thread keeps no process alive, one that ends is waited for
      if ('code' in answer) reject(new StagewrightError(answer.code, answer.message));
      else resolve(answer.value as never);
    });
    this.#ended = new Promise((resolve) => {
      const end = (cause: string): void => {
        this.#closed = true;
        for (const { reject } of this.#waiting.values()) reject(errors.TOOLKIT_THREAD(cause));
        this.#waiting.clear();
        resolve();
      };
      worker.on('error', (error) => end(String(error)));
      worker.on('exit', (code) => end(`exit ${code}`));
    });
    worker.unref();
  }

  /** Starts the thread. Throws TOOLKIT_NO_RUNTIME or TOOLKIT_NO_DEVICE. */
  static async start(options: EngineOptions = {}, seed = 0): Promise<Host> {
    const host = new Host(startThread('./worker', import.meta.url, { workerData: { options, seed } }));
    try {
      await host.device();
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  #ask<T>(method: string, args: readonly unknown[] = [], transfer: readonly ArrayBufferLike[] = []): Promise<T> {
    if (this.#closed) return Promise.reject(errors.TOOLKIT_CLOSED());
    const id = this.#count++;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, method, args }, transfer as ArrayBuffer[]);
    });
  }

  /** The device that `auto` turned out to be. */
  device(): Promise<Exclude<Device, 'auto'>> {
    return this.#ask('device');
  }

  open(program: Program): Promise<number> {
    return this.#ask('open', [program]);
  }

  /** The feeds stay the caller's: copies of them go to the thread, without a detour over the serialiser. */
  run(program: number, feeds: Readonly<Record<string, Fed>>, guards?: Guards): Promise<Ran> {
    const copies = Object.entries(feeds).map(([name, value]) => [name, { ...value, data: value.data.slice() }] as const);
    return this.#ask(
      'run',
      [program, Object.fromEntries(copies), guards],
      copies.map(([, { data }]) => data.buffer),
    );
  }

  read(names?: readonly string[]): Promise<Record<string, Fed>> {
    return this.#ask('read', [names]);
  }

  write(values: Readonly<Record<string, Fed>>): Promise<void> {
    return this.#ask('write', [values]);
  }

  random(state?: readonly number[]): Promise<readonly number[]> {
    return this.#ask('random', [state]);
  }

  release(program: number): Promise<void> {
    return this.#ask('release', [program]);
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      const done = this.#ask('close').catch(() => undefined);
      this.#closed = true;
      await done;
    }
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
