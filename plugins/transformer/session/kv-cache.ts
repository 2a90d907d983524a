import type { Architecture } from '../architecture/architecture.ts';

/** Where a row's memory lies: in which row of a cache, and how many tokens were read. */
export interface CachePlace {
  readonly cache: KvCache;
  readonly row: number;
  /** Tokens read, those included that a window has left behind. */
  readonly length: number;
}

/** Columns are added at so many at least. */
const STEP = 64;

/** How many columns are laid out for so many: an eighth more at most, so that growing costs little and reading wastes little. */
const roomFor = (columns: number): number => {
  const step = Math.max(STEP, 2 ** Math.floor(Math.log2(columns / 8)));
  return Math.ceil(columns / step) * step;
};

type Sizes = Pick<Architecture, 'layers' | 'kvHeads' | 'headWidth'>;

/**
 * Keys and values of several rows, as the graph reads them: for each layer keys [rows, kv heads, width, capacity] and values [rows, kv heads, capacity, width].
 * What was written is never written again, so that a place stays good; whoever finds columns behind its own taken copies.
 */
export class KvCache {
  readonly rows: number;
  readonly capacity: number;
  readonly keys: readonly Float32Array[];
  readonly values: readonly Float32Array[];
  /** The tokens that each row's first column comes after. */
  readonly first: Int32Array;
  /** How many columns of each row are written. */
  readonly used: Int32Array;
  readonly #sizes: Sizes;

  constructor(rows: number, capacity: number, sizes: Sizes) {
    const { layers, kvHeads, headWidth } = sizes;
    const size = rows * kvHeads * headWidth * capacity;
    this.rows = rows;
    this.capacity = capacity;
    this.#sizes = sizes;
    this.keys = Array.from({ length: layers }, () => new Float32Array(size));
    this.values = Array.from({ length: layers }, () => new Float32Array(size));
    this.first = new Int32Array(rows);
    this.used = new Int32Array(rows);
  }

  /** Whether places are this cache's rows in their order, with nothing written behind them and room for more. */
  static holding(places: readonly (CachePlace | undefined)[], more: number): KvCache | undefined {
    const cache = places[0]?.cache;
    if (cache?.rows !== places.length) return undefined;
    for (let row = 0; row < places.length; row++) {
      const place = places[row];
      if (place?.cache !== cache || place.row !== row) return undefined;
      const columns = place.length - cache.first[row]!;
      if (cache.used[row] !== columns || columns + more > cache.capacity) return undefined;
    }
    return cache;
  }

  /** A cache of its own for places, wherever they lie; of each, what a window still sees. */
  static gather(places: readonly (CachePlace | undefined)[], more: number, sizes: Sizes, window = Number.POSITIVE_INFINITY): KvCache {
    const kept = places.map((place) => {
      if (!place) return { from: 0, columns: 0 };
      const first = place.cache.first[place.row]!;
      const from = Math.max(0, place.length - (window - 1) - first);
      return { from, columns: place.length - first - from };
    });
    const cache = new KvCache(places.length, roomFor(Math.max(...kept.map(({ columns }) => columns)) + more), sizes);
    places.forEach((place, row) => {
      if (!place) return;
      const { from, columns } = kept[row]!;
      cache.first[row] = place.cache.first[place.row]! + from;
      cache.used[row] = columns;
      cache.#copy(row, place, from, columns);
    });
    return cache;
  }

  #copy(row: number, { cache: source, row: sourceRow }: CachePlace, from: number, columns: number): void {
    const { layers, kvHeads, headWidth } = this.#sizes;
    const [here, there] = [this.capacity, source.capacity];
    for (let layer = 0; layer < layers; layer++) {
      const [keys, values] = [this.keys[layer]!, this.values[layer]!];
      const [sourceKeys, sourceValues] = [source.keys[layer]!, source.values[layer]!];
      for (let head = 0; head < kvHeads; head++) {
        const into = (row * kvHeads + head) * headWidth;
        const out = (sourceRow * kvHeads + head) * headWidth;
        for (let d = 0; d < headWidth; d++)
          keys.set(sourceKeys.subarray((out + d) * there + from, (out + d) * there + from + columns), (into + d) * here);
        values.set(sourceValues.subarray(out * there + from * headWidth, out * there + (from + columns) * headWidth), into * here);
      }
    }
  }

  /** Writes the new columns of every row, as the graph gave them: keys [rows, kv heads, width, count], values [rows, kv heads, count, width]. */
  write(layer: number, newKeys: Float32Array, newValues: Float32Array, count: number): void {
    const { kvHeads, headWidth } = this.#sizes;
    const { capacity, rows } = this;
    const [keys, values] = [this.keys[layer]!, this.values[layer]!];
    for (let row = 0; row < rows; row++) {
      const column = this.used[row]!;
      const [begin, end] = [row * kvHeads * headWidth, (row + 1) * kvHeads * headWidth];
      if (count === 1) for (let line = begin; line < end; line++) keys[line * capacity + column] = newKeys[line]!;
      else
        for (let line = begin; line < end; line++) keys.set(newKeys.subarray(line * count, (line + 1) * count), line * capacity + column);
      for (let line = begin; line < end; line += headWidth)
        values.set(newValues.subarray(line * count, (line + headWidth) * count), line * capacity + column * headWidth);
    }
  }
}
