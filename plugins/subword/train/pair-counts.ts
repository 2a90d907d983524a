import { type PairTable, pairAt, pairTable, setPair } from '../model/pair-table.ts';
import { grown } from '../model/segments.ts';

const wider = (array: Float64Array, size: number): Float64Array<ArrayBuffer> => {
  const made = new Float64Array(size);
  made.set(array);
  return made;
};

/** Pairs of neighbours, how often each occurs and in which words; the most frequent is found by a heap. */
export class PairCounts {
  #table: PairTable = pairTable(1 << 12);
  #size = 0;
  lefts = new Int32Array(1 << 12);
  rights = new Int32Array(1 << 12);
  /** How often a pair occurs now. */
  counts = new Float64Array(1 << 12);
  /** The count by which a pair stands in the heap; a count that fell is noticed when its pair comes to the top. */
  #keys = new Float64Array(1 << 12);
  /** Where a pair stands in the heap; -1: nowhere. */
  #places = new Int32Array(1 << 12);
  #heap = new Int32Array(1 << 12);
  #waiting = 0;
  /** The words a pair occurs in, as a list from its newest entry on: [word, entry before]. */
  #heads = new Int32Array(1 << 12);
  #entries = new Int32Array(1 << 16);
  #used = 0;

  /** The pair's number. */
  find(left: number, right: number): number {
    const at = pairAt(this.#table, left, right);
    if (this.#table.slots[at] !== -1) return this.#table.slots[at + 2]!;
    const pair = this.#size++;
    if (pair === this.lefts.length) this.#widen();
    setPair(this.#table, left, right, pair, 0);
    this.lefts[pair] = left;
    this.rights[pair] = right;
    this.#heads[pair] = -1;
    this.#places[pair] = -1;
    if (this.#size * 2 > 1 << this.#table.bits) this.#rehash();
    return pair;
  }

  /** Says that a word holds a pair. */
  note(pair: number, word: number): void {
    const head = this.#heads[pair]!;
    if (head >= 0 && this.#entries[head] === word) return;
    if (this.#used === this.#entries.length) this.#entries = grown(this.#entries, 2 * this.#used);
    this.#entries[this.#used] = word;
    this.#entries[this.#used + 1] = head;
    this.#heads[pair] = this.#used;
    this.#used += 2;
  }

  /** Tells the words that may hold a pair, and forgets them. */
  take(pair: number, tell: (word: number) => void): void {
    let entry = this.#heads[pair]!;
    this.#heads[pair] = -1;
    for (; entry >= 0; entry = this.#entries[entry + 1]!) tell(this.#entries[entry]!);
  }

  /** Puts a pair whose count rose where it belongs. */
  raise(pair: number): void {
    this.#keys[pair] = this.counts[pair]!;
    if (this.#places[pair]! < 0) {
      if (this.#waiting === this.#heap.length) this.#heap = grown(this.#heap, 2 * this.#waiting);
      this.#heap[this.#waiting] = pair;
      this.#places[pair] = this.#waiting++;
    }
    this.#up(this.#places[pair]!);
  }

  /** Takes the most frequent pair, of equals the one of the smallest ids; -1 where none occurs `least` times. */
  top(least: number): number {
    while (this.#waiting > 0) {
      const pair = this.#heap[0]!;
      const count = this.counts[pair]!;
      if (this.#keys[pair] !== count) {
        this.#keys[pair] = count;
        this.#down(0);
        continue;
      }
      if (count < least) return -1;
      this.#places[pair] = -1;
      const last = this.#heap[--this.#waiting]!;
      if (this.#waiting > 0) {
        this.#heap[0] = last;
        this.#places[last] = 0;
        this.#down(0);
      }
      return pair;
    }
    return -1;
  }

  #before(one: number, other: number): boolean {
    const difference = this.#keys[one]! - this.#keys[other]!;
    if (difference !== 0) return difference > 0;
    const left = this.lefts[one]! - this.lefts[other]!;
    return left !== 0 ? left < 0 : this.rights[one]! < this.rights[other]!;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const pair = heap[from]!;
    let hole = from;
    while (hole > 0) {
      const up = (hole - 1) >> 1;
      if (!this.#before(pair, heap[up]!)) break;
      heap[hole] = heap[up]!;
      this.#places[heap[hole]!] = hole;
      hole = up;
    }
    heap[hole] = pair;
    this.#places[pair] = hole;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const pair = heap[from]!;
    let hole = from;
    for (;;) {
      let down = 2 * hole + 1;
      if (down >= this.#waiting) break;
      if (down + 1 < this.#waiting && this.#before(heap[down + 1]!, heap[down]!)) down++;
      if (!this.#before(heap[down]!, pair)) break;
      heap[hole] = heap[down]!;
      this.#places[heap[hole]!] = hole;
      hole = down;
    }
    heap[hole] = pair;
    this.#places[pair] = hole;
  }

  #widen(): void {
    const size = 2 * this.lefts.length;
    this.lefts = grown(this.lefts, size);
    this.rights = grown(this.rights, size);
    this.counts = wider(this.counts, size);
    this.#keys = wider(this.#keys, size);
    this.#places = grown(this.#places, size);
    this.#heads = grown(this.#heads, size);
  }

  #rehash(): void {
    this.#table = pairTable(2 * this.#size);
    for (let pair = 0; pair < this.#size; pair++) setPair(this.#table, this.lefts[pair]!, this.rights[pair]!, pair, 0);
  }
}
