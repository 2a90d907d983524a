import { copyProgram } from '../../toolkit/onnx/copy.ts';
import type { openSession, RuntimeTensor } from '../../toolkit/onnx/session.ts';
import type { KvCache } from './kv-cache.ts';
import { type Found, openModel } from './open-model.ts';

/** What the names of outputs that stay begin with, before those of the inputs that they become. */
const HELD = 'held_';

/** The tensors of KV caches on a device: a step takes them in and leaves them there, longer by what it read. The caches’ own arrays are behind until they are fetched. */
export class Resident {
  readonly #found: Found;
  readonly #caches = new Map<KvCache, Readonly<Record<string, RuntimeTensor>>>();
  #copy: Awaited<ReturnType<typeof openSession>> | undefined;

  constructor(found: Found) {
    this.#found = found;
  }

  /** How many caches it holds. */
  get size(): number {
    return this.#caches.size;
  }

  /** A cache's tensors on the device, by the names that the graph reads it by. */
  get(cache: KvCache): Readonly<Record<string, RuntimeTensor>> | undefined {
    return this.#caches.get(cache);
  }

  /** Takes what a step made of a cache's tensors, among what else it made; what that was made of is let go. */
  take(cache: KvCache, made: Readonly<Record<string, RuntimeTensor>>): void {
    this.#drop(cache);
    const held = Object.entries(made).filter(([name]) => name.startsWith(HELD));
    this.#caches.set(cache, Object.fromEntries(held.map(([name, tensor]) => [name.slice(HELD.length), tensor])));
  }

  /** Brings caches' arrays up to date. */
  async fetch(caches: ReadonlySet<KvCache>): Promise<void> {
    for (const cache of caches) {
      const tensors = this.#caches.get(cache);
      if (!tensors) continue;
      this.#copy ??= await openModel(copyProgram('float32'), this.#found);
      for (let layer = 0; layer < cache.keys.length; layer++) {
        cache.keys[layer]!.set((await this.#copy.run({ x: tensors[`keys.${layer}`]! })).y!.data as Float32Array);
        cache.values[layer]!.set((await this.#copy.run({ x: tensors[`values.${layer}`]! })).y!.data as Float32Array);
      }
    }
  }

  /** Lets go of every cache that nobody remembers. */
  keep(caches: ReadonlySet<KvCache>): void {
    for (const cache of this.#caches.keys()) if (!caches.has(cache)) this.#drop(cache);
  }

  async close(): Promise<void> {
    this.keep(new Set());
    await this.#copy?.release();
  }

  #drop(cache: KvCache): void {
    for (const tensor of Object.values(this.#caches.get(cache) ?? {})) tensor.dispose();
    this.#caches.delete(cache);
  }
}

/** Where the new columns of each row are written, its own and no padding: [rows, 1, count, capacity], 1 at the column of each. */
export const placing = ({ rows, capacity, used }: KvCache, count: number, own: readonly number[]): Float32Array => {
  const ones = new Float32Array(rows * count * capacity);
  for (let row = 0; row < rows; row++) for (let i = 0; i < own[row]!; i++) ones[(row * count + i) * capacity + used[row]! + i] = 1;
  return ones;
};
