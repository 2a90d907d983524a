import type { Worker } from 'node:worker_threads';
import { startThread } from '../../../core/data/thread.ts';
import { ThreadCalls } from '../../../core/data/thread-calls.ts';
import { StagewrightError } from '../../../core/errors.ts';
import { errors } from '../errors.ts';
import type { Device, EngineOptions } from './device.ts';
import type { Guards } from './engine.ts';
import type { Fed, Program, RunResult } from './program.ts';
import type { Methods } from './worker.ts';

/** An engine in a thread of its own, so that this one stays free: the same methods, answered later. Closing waits for what runs. */
export class Host implements AsyncDisposable {
  readonly #calls: ThreadCalls<Methods>;

  constructor(worker: Worker) {
    this.#calls = new ThreadCalls(worker, {
      ended: errors.TOOLKIT_THREAD,
      closed: errors.TOOLKIT_CLOSED,
      unknown: (error) => new StagewrightError('TOOLKIT_THREAD', String(error), error),
      background: true,
    });
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

  /** The device that `auto` turned out to be. */
  device(): Promise<Exclude<Device, 'auto'>> {
    return this.#calls.call('device', undefined);
  }

  open(program: Program): Promise<number> {
    return this.#calls.call('open', program);
  }

  /** The feeds stay the caller's: copies of them go to the thread, without a detour over the serialiser. */
  run(program: number, feeds: Readonly<Record<string, Fed>>, guards?: Guards): Promise<RunResult> {
    const copies = Object.entries(feeds).map(([name, value]) => [name, { ...value, data: value.data.slice() }] as const);
    const moving = copies.map(([, { data }]) => data.buffer);
    return this.#calls.call('run', { program, feeds: Object.fromEntries(copies), guards }, { moving });
  }

  read(names?: readonly string[]): Promise<Record<string, Fed>> {
    return this.#calls.call('read', names);
  }

  write(values: Readonly<Record<string, Fed>>): Promise<void> {
    return this.#calls.call('write', values);
  }

  random(state?: readonly number[]): Promise<readonly number[]> {
    return this.#calls.call('random', state);
  }

  release(program: number): Promise<void> {
    return this.#calls.call('release', program);
  }

  close(): Promise<void> {
    return this.#calls.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
