import { kthGreatest, nucleus, rise, sink } from './selection.ts';

/** Ids that may be drawn, first with their logits, then with their weights. Its arrays are reused from draw to draw. */
export class Candidates {
  count = 0;
  /** What all weigh, once they do. */
  total = 0;
  ids = new Int32Array(256);
  values = new Float64Array(256);
  #heap = new Float64Array(0);
  #keys = new Float64Array(0);
  #scratch = new Float64Array(256);

  /** Makes room for so many. */
  reserve(count: number): void {
    if (count <= this.ids.length) return;
    const length = Math.max(count, 2 * this.ids.length);
    const [ids, values] = [new Int32Array(length), new Float64Array(length)];
    ids.set(this.ids);
    values.set(this.values);
    [this.ids, this.values, this.#scratch] = [ids, values, new Float64Array(length)];
  }

  push(id: number, logit: number): void {
    this.reserve(this.count + 1);
    this.ids[this.count] = id;
    this.values[this.count++] = logit;
  }

  /** All ids of a dense row with at least a logit. */
  collect(data: Float32Array, begin: number, end: number, least: number): void {
    this.reserve(end - begin);
    const { ids, values } = this;
    let count = 0;
    for (let at = begin; at < end; at++) {
      const x = data[at]!;
      if (x >= least) {
        ids[count] = at - begin;
        values[count++] = x;
      }
    }
    this.count = count;
  }

  /**
   * The ids of a dense row with the k greatest logits, and with those equal to the last of them, in one pass: what is not below the k-th greatest
   * so far is taken, and dropped later if it was. False where a logit is NaN or +Infinity.
   */
  collectTop(data: Float32Array, begin: number, end: number, k: number): boolean {
    this.reserve(end - begin);
    const { ids, values } = this;
    const heap = this.#room(k);
    let count = 0;
    let sum = 0; // stays below Infinity unless a logit is bad
    let other = 0;
    for (; count < k; count++) {
      const x = data[begin + count]!;
      sum += x;
      rise(heap, count, x);
      ids[count] = count;
      values[count] = x;
    }
    let least = heap[0]!;
    for (let at = begin + k; at < end; at += 2) {
      const x = data[at]!;
      const y = at + 1 < end ? data[at + 1]! : Number.NEGATIVE_INFINITY;
      sum += x;
      other += y;
      if (x >= least) {
        ids[count] = at - begin;
        values[count++] = x;
        if (x > least) sink(heap, k, x);
        least = heap[0]!;
      }
      if (y >= least && at + 1 < end) {
        ids[count] = at + 1 - begin;
        values[count++] = y;
        if (y > least) sink(heap, k, y);
        least = heap[0]!;
      }
    }
    this.count = count;
    this.#keep(least, Number.POSITIVE_INFINITY);
    return sum + other < Number.POSITIVE_INFINITY;
  }

  /** The k-th greatest logit of those taken. */
  kthGreatest(k: number): number {
    return kthGreatest(this.values, this.count, k, this.#room(k));
  }

  /** Only the k greatest, and those equal to the last of them. */
  topK(k: number): void {
    this.#keep(this.kthGreatest(k), Number.POSITIVE_INFINITY);
  }

  get highest(): number {
    let highest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < this.count; at++) if (this.values[at]! > highest) highest = this.values[at]!;
    return highest;
  }

  /** Logits become weights, of which `highest` has 1. */
  weigh(highest: number, temperature: number): void {
    const { count, values } = this;
    const inverse = 1 / temperature;
    const steep = inverse === Number.POSITIVE_INFINITY; // a temperature that is all but zero
    let total = 0;
    for (let at = 0; at < count; at++) {
      const below = values[at]! - highest;
      const weight = steep ? (below === 0 ? 1 : 0) : Math.exp(below * inverse);
      values[at] = weight;
      total += weight;
    }
    this.total = total;
  }

  /** Only the fewest heaviest that together have the share `p` of `total`; of equals those with the smaller ids (Holtzman et al. 2020). */
  topP(p: number, total: number): void {
    const { count, values } = this;
    const certain = ((1 - p) * total) / count; // all lighter ones together weigh less than what is cut off
    let kept = 0;
    for (let at = 0; at < count; at++) if (values[at]! >= certain) this.#scratch[kept++] = values[at]!;
    if (kept === 0) return;
    const { lightest, ties } = nucleus(this.#scratch, kept, p * total);
    this.#keep(lightest, Number.POSITIVE_INFINITY);
    this.sort();
    this.#keep(lightest, ties);
  }

  /** Only those with at least the share `p` of the heaviest, which weighs 1 (Nguyen et al. 2024). */
  minP(p: number): void {
    this.#keep(p, Number.POSITIVE_INFINITY);
  }

  /** Orders by id, as a dense row has them. */
  sort(): void {
    const { count, ids, values } = this;
    let sorted = true;
    for (let at = 1; at < count && sorted; at++) sorted = ids[at - 1]! < ids[at]!;
    if (sorted) return;
    if (this.#keys.length < count) this.#keys = new Float64Array(ids.length);
    const keys = this.#keys.subarray(0, count);
    for (let at = 0; at < count; at++) keys[at] = ids[at]! * 2097152 + at; // both are read back from 53 bits
    keys.sort();
    this.#scratch.set(values.subarray(0, count));
    for (let at = 0; at < count; at++) {
      const id = Math.floor(keys[at]! / 2097152);
      ids[at] = id;
      values[at] = this.#scratch[keys[at]! - id * 2097152]!;
    }
  }

  /** The id at which the sum of weights, taken in the order of ids, exceeds the share `uniform` of all. */
  draw(uniform: number): number {
    const { count, ids, values } = this;
    const goal = uniform * this.total;
    let sum = 0;
    let last = 0;
    for (let at = 0; at < count; at++) {
      if (values[at] === 0) continue;
      last = at;
      sum += values[at]!;
      if (sum > goal) break;
    }
    return ids[last]!;
  }

  #room(k: number): Float64Array {
    if (this.#heap.length < k) this.#heap = new Float64Array(k);
    return this.#heap;
  }

  /** Drops what is below `least`, and what equals it beyond so many. */
  #keep(least: number, equal: number): void {
    const { ids, values } = this;
    let count = 0;
    let left = equal;
    let total = 0;
    for (let at = 0; at < this.count; at++) {
      const x = values[at]!;
      if (x > least || (x === least && left-- > 0)) {
        ids[count] = ids[at]!;
        values[count++] = x;
        total += x;
      }
    }
    this.count = count;
    this.total = total;
  }
}
