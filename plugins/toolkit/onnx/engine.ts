import type { InferenceSession } from 'onnxruntime-node';
import { createRandom, type Random } from '../../../core/data/random.ts';
import { errors } from '../errors.ts';
import { DTYPES, type DType } from '../graph/dtype.ts';
import { printShape } from '../graph/shape.ts';
import { copyProgram } from './copy.ts';
import type { Device, EngineOptions } from './device.ts';
import { fillInitial, fillNoise } from './draw.ts';
import { free, keepFreed } from './free.ts';
import type { Fed, Program, RunResult } from './program.ts';
import { findDevice, hold, loadRuntime, openSession, type RuntimeTensor } from './session.ts';

interface Opened {
  readonly program: Program;
  readonly session: InferenceSession;
}

/** How a run is watched: an output beyond its bound, or not a number, leaves every variable as it was. */
export type Guards = Readonly<Record<string, number>>;

/**
 * Programs and the variables they share, in the thread that makes it. A step takes the variables in and gives new ones out; the old are dropped only when
 * the new are good, so the last good ones always stand. On a GPU they stay there.
 */
export class Engine implements AsyncDisposable {
  readonly device: Exclude<Device, 'auto'>;
  readonly #options: EngineOptions;
  readonly #runtime: Awaited<ReturnType<typeof loadRuntime>>;
  readonly #opened = new Map<number, Opened>();
  readonly #variables = new Map<string, RuntimeTensor>();
  readonly #copies = new Map<DType, InferenceSession>();
  /** Variables that a run made and nobody else has seen: their memory is given back when they are replaced. */
  readonly #unseen = new WeakSet<RuntimeTensor>();
  #random: Random;
  readonly #seed: number;
  #count = 0;

  constructor(runtime: Awaited<ReturnType<typeof loadRuntime>>, device: Exclude<Device, 'auto'>, options: EngineOptions, seed: number) {
    this.#runtime = runtime;
    this.device = device;
    this.#options = options;
    this.#seed = seed;
    this.#random = createRandom(seed);
  }

  /** Throws TOOLKIT_NO_RUNTIME or TOOLKIT_NO_DEVICE. */
  static async start(options: EngineOptions = {}, seed = 0): Promise<Engine> {
    const runtime = await loadRuntime();
    keepFreed();
    return new Engine(runtime, await findDevice(options.device ?? 'auto', copyProgram('float32')), options, seed);
  }

  /** Opens a program and makes what variables it needs that are not there yet; answers with its number. Throws TOOLKIT_STATE where one is there in another shape. */
  async open(program: Program): Promise<number> {
    const resident = Object.keys(program.updates);
    const double = [...program.inputs, ...program.variables].some(({ dtype }) => dtype === 'float64');
    const session = await openSession(program.model, {
      ...this.#options,
      device: this.device,
      resident,
      optimise: resident.length === 0 && !double ? 'all' : this.device === 'cpu' && !double ? 'disabled' : 'basic', // a training runs as fast without, and starts sooner; some fusions lack double precision
    });
    for (const { name, dtype, shape, initial } of program.variables) {
      if (this.#holds(name, shape)) continue;
      const data = new DTYPES[dtype].array(shape.reduce((size, dim) => size * dim, 1));
      if ('copy' in initial) data.set((await this.#fetch(initial.copy)).data as never);
      else fillInitial(data as Float32Array, shape, initial, createRandom(this.#seed, hash(name)));
      this.#variables.set(name, hold(this.#runtime, dtype, { dims: shape, data }));
    }
    this.#opened.set(++this.#count, { program, session });
    return this.#count;
  }

  /** Runs a program once. */
  async run(number: number, feeds: Readonly<Record<string, Fed>>, guards: Guards = {}): Promise<RunResult> {
    const opened = this.#opened.get(number);
    if (!opened) throw errors.TOOLKIT_CLOSED();
    const { program, session } = opened;
    const all: Record<string, RuntimeTensor> = {};
    for (const [name, value] of Object.entries(feeds)) all[name] = hold(this.#runtime, value.dtype, value);
    for (const { name } of program.variables) all[name] = this.#variables.get(name)!;
    for (const { name, dtype, shape, noise } of program.noises) {
      if (all[name]) continue;
      const data = new DTYPES[dtype].array(shape.reduce((size, dim) => size * dim, 1)) as Float32Array;
      fillNoise(data, noise, this.#random);
      all[name] = hold(this.#runtime, dtype, { dims: shape, data });
    }
    const made = (await session.run(all)) as Readonly<Record<string, RuntimeTensor>>;
    const taken = Object.entries(guards).every(([name, bound]) => Math.abs(Number(made[name]!.data[0])) <= bound);
    const freed: ArrayBufferLike[] = [];
    for (const [output, name] of Object.entries(program.updates)) {
      const [before, next] = [this.#variables.get(name)!, made[output]!];
      this.#unseen.add(next);
      if (taken) this.#variables.set(name, next);
      const dropped = taken ? before : next;
      if (dropped.location === 'cpu' && this.#unseen.has(dropped)) freed.push((dropped.data as Float32Array).buffer);
      dropped.dispose();
    }
    free(freed);
    const outputs = Object.fromEntries(program.reports.map((name) => [name, plain(made[name]!)]));
    return { outputs, taken };
  }

  /** The variables of these names, all unless told, in the memory of this thread. */
  async read(names: readonly string[] = [...this.#variables.keys()]): Promise<Record<string, Fed>> {
    const read: Record<string, Fed> = {};
    for (const name of names) read[name] = await this.#fetch(name);
    return read;
  }

  /** Replaces variables. Throws TOOLKIT_STATE where one is there in another shape. */
  write(values: Readonly<Record<string, Fed>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.#holds(name, value.dims)) this.#variables.get(name)!.dispose();
      this.#variables.set(name, hold(this.#runtime, value.dtype, value));
    }
  }

  get random(): readonly number[] {
    return this.#random.state();
  }

  set random(state: readonly number[]) {
    this.#random = createRandom(state);
  }

  /** Lets go of one program; the variables stay. */
  async release(number: number): Promise<void> {
    const opened = this.#opened.get(number);
    this.#opened.delete(number);
    await opened?.session.release();
  }

  async close(): Promise<void> {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#variables.clear();
    for (const session of [...[...this.#opened.values()].map(({ session }) => session), ...this.#copies.values()]) await session.release();
    this.#opened.clear();
    this.#copies.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #holds(name: string, shape: readonly number[]): boolean {
    const held = this.#variables.get(name);
    if (held && held.dims.join() !== shape.join())
      throw errors.TOOLKIT_STATE([`"${name}" is ${printShape(held.dims)} here, and was given ${printShape(shape)}`]);
    return held !== undefined;
  }

  /** Reading a tensor on a device directly would end the process: it is copied out by a graph that does nothing else. */
  async #fetch(name: string): Promise<Fed> {
    const held = this.#variables.get(name);
    if (!held) throw errors.TOOLKIT_STATE([`there is no "${name}"`]);
    this.#unseen.delete(held);
    if (held.location === 'cpu') return plain(held);
    const dtype = held.type as DType;
    const copy = this.#copies.get(dtype) ?? (await openSession(copyProgram(dtype), { ...this.#options, device: this.device }));
    this.#copies.set(dtype, copy);
    return plain((await copy.run({ x: held })).y as RuntimeTensor);
  }
}

const plain = ({ dims, data, type }: RuntimeTensor): Fed => ({ dims, data: data as Float32Array, dtype: type as DType });

/** FNV-1a: each variable draws from a stream of its own, whatever else there is. */
const hash = (text: string): number => {
  let code = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) code = Math.imul(code ^ byte, 0x01000193);
  return code >>> 0;
};
