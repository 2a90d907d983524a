import { writeOnnx } from '../../toolkit/index.ts';
import { free } from '../../toolkit/onnx/free.ts';
import { hold, loadRuntime, type openSession, type RuntimeTensor } from '../../toolkit/onnx/session.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { inferenceGraph } from '../architecture/inference-graph.ts';
import { rotaryTables, rotaryWidthOf } from '../architecture/rope.ts';
import { loadWeights, type Source } from '../loading/load.ts';
import { checkPart } from './check-part.ts';
import { columnsOf } from './columns.ts';
import { groupsOf } from './groups.ts';
import { type CachePlace, KvCache } from './kv-cache.ts';
import { find, openModel } from './open-model.ts';
import { price } from './price.ts';
import type { OwnOpening, Part, Reader } from './protocol.ts';
import { placing, Resident } from './resident.ts';
import { halved, weightsFor } from './weights.ts';

/** Prefills are read in pieces of so many tokens, so that an abort is heard between them. */
const CHUNK = 512;

interface Row {
  readonly part: Part;
  readonly at: number;
  place: CachePlace | undefined;
}

type Runtime = Awaited<ReturnType<typeof loadRuntime>>;
type Session = Awaited<ReturnType<typeof openSession>>;

/** Reads rows with the cache that it keeps, in the thread that makes it. */
export class InferenceEngine implements Reader {
  readonly #architecture: Architecture;
  readonly #runtime: Runtime;
  readonly #session: Session;
  readonly #inputs: ReadonlySet<string>;
  /** The caches on a device; absent: they are in the memory of this thread. */
  readonly #resident: Resident | undefined;
  readonly #memories = new Map<number, CachePlace | undefined>();
  readonly #tensors = new WeakMap<KvCache, Record<string, RuntimeTensor>>();

  constructor(architecture: Architecture, runtime: Runtime, session: Session, resident?: Resident) {
    this.#architecture = architecture;
    this.#runtime = runtime;
    this.#session = session;
    this.#resident = resident;
    this.#inputs = new Set(session.inputNames);
  }

  /** Takes the weights, whose memory it gives back as soon as the runtime has its own. */
  static async open({ architecture, precisions, weights, ...place }: OwnOpening): Promise<InferenceEngine> {
    const runtime = await loadRuntime();
    const held = weights instanceof Map ? weights : await loadWeights(weights as Source, architecture);
    const apart = halved(architecture, held);
    const made = weightsFor(architecture, precisions, apart);
    const found = await find(place);
    const resident = found.device === 'cpu' ? undefined : new Resident(found);
    const graph = inferenceGraph(architecture, precisions, resident !== undefined);
    const model = writeOnnx(graph, made, { fused: !resident });
    free([...new Set([held, apart, made].flatMap((each) => [...each.values()]).map(({ data }) => data.buffer))]);
    const session = await openModel(model, found, resident ? Object.keys(graph).filter((name) => name !== 'logits') : []);
    free([model.buffer]);
    return new InferenceEngine(architecture, runtime, session, resident);
  }

  /** How many caches lie on a device. */
  get resident(): number {
    return this.#resident?.size ?? 0;
  }

  /** Logits of each row's last positions, or prices of its targets; rows that read about equally much are read together. `pause` is awaited between pieces, and may throw. */
  async read(parts: readonly Part[], pause: () => Promise<void>): Promise<Float32Array | Float64Array> {
    const { vocabulary } = this.#architecture;
    const all: Row[] = [];
    let total = 0;
    for (const part of parts) {
      checkPart(part, vocabulary, this.#memories);
      all.push({ part, at: total, place: this.#memories.get(part.memory) });
      total += part.positions;
    }
    const priced = parts.some(({ targets }) => targets !== undefined);
    const groups = groupsOf(all, priced ? CHUNK : Number.POSITIVE_INFINITY); // every position that is priced has logits
    const single = groups.length === 1 && parts[0]!.fresh.length <= CHUNK && !priced;
    let out: Float32Array | Float64Array = priced ? new Float64Array(total) : new Float32Array(single ? 0 : total * vocabulary);
    for (const [number, { length, rows }] of groups.entries()) {
      for (let from = 0; from < length; from += CHUNK) {
        if (number + from > 0) await pause();
        const count = Math.min(CHUNK, length - from);
        const { logits, picked } = await this.#step(rows, from, count);
        if (single) out = logits;
        else
          picked.forEach(({ row, position }, i) => {
            const line = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
            const at = row.at + position;
            if (out instanceof Float64Array) out[at] = price(line, row.part.targets![position]!);
            else out.set(line, at * vocabulary);
          });
      }
      for (const { part, place } of rows) this.#memories.set(part.next, place);
    }
    this.#forget();
    return out;
  }

  /** Reads `count` tokens of every row, from its `from`-th fresh one on, and moves the rows' places; what a row is padded with comes after its own, and nothing looks at it. */
  async #step(rows: Row[], from: number, count: number) {
    const { layers, window } = this.#architecture;
    const own = rows.map(({ part }) => Math.max(0, Math.min(count, part.fresh.length - from)));
    const picked = rows.flatMap((row, at) => {
      const { positions, fresh } = row.part;
      const first = Math.max(0, fresh.length - positions - from);
      return Array.from({ length: Math.max(0, own[at]! - first) }, (_, i) => ({
        row,
        position: from + first + i - (fresh.length - positions),
        pick: at * count + first + i,
      }));
    });
    const places = rows.map(({ place }) => place);
    const none = places.every((place) => place === undefined);
    const holding = KvCache.holding(places, count);
    if (!holding) await this.#resident?.fetch(new Set(places.flatMap((place) => place?.cache ?? [])));
    const empty = none && !this.#resident;
    const cache = empty
      ? new KvCache(rows.length, 0, this.#architecture)
      : (holding ?? KvCache.gather(places, count, this.#architecture, window));
    const feeds = this.#feeds(rows, from, count, cache, own);
    feeds.picks = this.#tensor(
      'int32',
      [picked.length],
      Int32Array.from(picked, ({ pick }) => pick),
    );
    const made = (await this.#session.run(feeds)) as Readonly<Record<string, RuntimeTensor>>;
    const into = empty ? KvCache.gather(places, count, this.#architecture) : cache;
    if (this.#resident) this.#resident.take(cache, made);
    else
      for (let layer = 0; layer < layers; layer++)
        into.write(layer, made[`new_keys.${layer}`]!.data as Float32Array, made[`new_values.${layer}`]!.data as Float32Array, count);
    rows.forEach((row, at) => {
      into.used[at]! += own[at]!;
      row.place = { cache: into, row: at, length: (row.place?.length ?? 0) + own[at]! };
    });
    return { logits: made.logits!.data as Float32Array, picked };
  }

  #feeds(rows: readonly Row[], from: number, count: number, cache: KvCache, own: readonly number[]): Record<string, RuntimeTensor> {
    const { positions, rope } = this.#architecture;
    const batch = rows.length;
    const ids = new Int32Array(batch * count);
    const lengths = rows.map(({ place }) => place?.length ?? 0);
    for (let at = 0; at < batch; at++) ids.set(rows[at]!.part.fresh.subarray(from, from + count), at * count);
    const columns = columnsOf(this.#architecture, cache, lengths, count);
    const wide = [batch, 1, 1, count, cache.capacity + count];
    const feeds: Record<string, RuntimeTensor> = {
      ids: this.#tensor('int32', [batch, count], ids),
      mask: this.#tensor('float32', wide, columns.mask),
      ...this.#cache(cache),
    };
    if (this.#resident) feeds.placing = this.#tensor('float32', [batch, 1, count, cache.capacity], placing(cache, count, own));
    if (columns.distances) feeds.distances = this.#tensor('float32', wide, columns.distances);
    if (!this.#inputs.has('places')) return feeds;
    const where = Int32Array.from({ length: batch * count }, (_, i) => lengths[Math.floor(i / count)]! + (i % count));
    const rotary = positions === 'rotary';
    feeds.places = this.#tensor(
      'int64',
      [batch, count],
      BigInt64Array.from(where, (place, i) => BigInt(rotary ? i : place)),
    );
    if (!rotary) return feeds;
    const turned = rotaryWidthOf(this.#architecture);
    const [cosines, sines] = rotaryTables(rope, turned, where);
    feeds.cosines = this.#tensor('float32', [where.length, turned / 2], cosines);
    feeds.sines = this.#tensor('float32', [where.length, turned / 2], sines);
    return feeds;
  }

  /** A cache's tensors: those on the device, or such as look at its arrays, made once. */
  #cache(cache: KvCache): Readonly<Record<string, RuntimeTensor>> {
    const known = this.#resident?.get(cache) ?? this.#tensors.get(cache);
    if (known) return known;
    const { layers, kvHeads, headWidth } = this.#architecture;
    const made: Record<string, RuntimeTensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      made[`keys.${layer}`] = this.#tensor('float32', [cache.rows, kvHeads, headWidth, cache.capacity], cache.keys[layer]!);
      made[`values.${layer}`] = this.#tensor('float32', [cache.rows, kvHeads, cache.capacity, headWidth], cache.values[layer]!);
    }
    this.#tensors.set(cache, made);
    return made;
  }

  #tensor(dtype: string, dims: readonly number[], data: Float32Array | Int32Array | BigInt64Array): RuntimeTensor {
    return hold(this.#runtime, dtype, { dims, data });
  }

  /** The memory without its last tokens, as another. */
  rewind(memory: number, next: number, tokens: number): void {
    const place = this.#memories.get(memory);
    this.#memories.set(next, place && { ...place, length: place.length - tokens });
  }

  release(memory: number): void {
    this.#memories.delete(memory);
    this.#forget();
  }

  /** A device's memory has no collector. */
  #forget(): void {
    this.#resident?.keep(new Set([...this.#memories.values()].flatMap((place) => place?.cache ?? [])));
  }

  async close(): Promise<void> {
    this.#memories.clear();
    await this.#resident?.close();
    await this.#session.release();
  }
}
