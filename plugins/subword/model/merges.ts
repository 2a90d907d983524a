import { type PairTable, pairAt } from './pair-table.ts';
import { grown } from './segments.ts';

const NONE = 0x7fffffff;
/** Up to here the lowest rank is found by looking at all; beyond, by a heap. */
const FEW = 28;
/** The heap orders by rank, then by place, in one number: both below 2^26. */
const PLACES = 2 ** 27;

/** The symbols of one piece while byte-pair encoding merges them: always the pair of lowest rank, the leftmost of equals (Sennrich et al. 2016). */
export class Merges {
  readonly #table: PairTable;
  symbols = new Int32Array(64);
  starts = new Int32Array(65);
  #ranks = new Int32Array(64);
  #into = new Int32Array(64);
  #before = new Int32Array(0);
  #after = new Int32Array(0);
  #heap = new Float64Array(0);
  #size = 0;
  /** How many symbols there are. */
  length = 0;

  constructor(table: PairTable) {
    this.#table = table;
  }

  push(symbol: number, start: number): void {
    if (this.length === this.symbols.length) {
      const size = this.length * 2;
      this.symbols = grown(this.symbols, size);
      this.starts = grown(this.starts, size + 1);
      this.#ranks = grown(this.#ranks, size);
      this.#into = grown(this.#into, size);
    }
    this.symbols[this.length] = symbol;
    this.starts[this.length++] = start;
  }

  /** Merges until nothing merges; `starts[length]` is `end` then. */
  run(end: number): void {
    if (this.length <= FEW) this.#few();
    else this.#many();
    this.starts[this.length] = end;
  }

  #look(at: number, next: number): void {
    const { slots } = this.#table;
    const place = pairAt(this.#table, this.symbols[at]!, this.symbols[next]!);
    const known = slots[place] !== -1;
    this.#ranks[at] = known ? slots[place + 2]! : NONE;
    this.#into[at] = known ? slots[place + 3]! : -1;
  }

  #few(): void {
    const { symbols, starts } = this;
    const [ranks, into] = [this.#ranks, this.#into];
    let length = this.length;
    for (let i = 0; i + 1 < length; i++) this.#look(i, i + 1);
    for (;;) {
      let least = NONE;
      let at = -1;
      for (let i = 0; i + 1 < length; i++) {
        if (ranks[i]! < least) {
          least = ranks[i]!;
          at = i;
        }
      }
      if (at < 0) break;
      symbols[at] = into[at]!;
      length--;
      for (let i = at + 1; i < length; i++) {
        symbols[i] = symbols[i + 1]!;
        starts[i] = starts[i + 1]!;
        ranks[i] = ranks[i + 1]!;
        into[i] = into[i + 1]!;
      }
      if (at > 0) this.#look(at - 1, at);
      if (at + 1 < length) this.#look(at, at + 1);
    }
    this.length = length;
  }

  #many(): void {
    const length = this.length;
    if (this.#after.length < length + 1) {
      this.#before = new Int32Array(this.symbols.length);
      this.#after = new Int32Array(this.symbols.length + 1);
      this.#heap = new Float64Array(this.symbols.length * 2);
    }
    const [before, after] = [this.#before, this.#after];
    this.#size = 0;
    for (let i = 0; i < length; i++) {
      before[i] = i - 1;
      after[i] = i + 1;
      this.#ranks[i] = NONE;
    }
    for (let i = 0; i + 1 < length; i++) this.#offer(i, i + 1);
    while (this.#size > 0) {
      const key = this.#pop();
      const rank = Math.floor(key / PLACES);
      const at = key - rank * PLACES;
      if (this.#ranks[at] !== rank) continue;
      const gone = after[at]!;
      const next = after[gone]!;
      this.symbols[at] = this.#into[at]!;
      this.#ranks[gone] = NONE;
      this.#ranks[at] = NONE;
      after[at] = next;
      if (next < length) {
        before[next] = at;
        this.#offer(at, next);
      }
      if (at > 0) this.#offer(before[at]!, at);
    }
    let kept = 0;
    for (let i = 0; i < length; i = after[i]!) {
      this.symbols[kept] = this.symbols[i]!;
      this.starts[kept++] = this.starts[i]!;
    }
    this.length = kept;
  }

  #offer(at: number, next: number): void {
    this.#look(at, next);
    const rank = this.#ranks[at]!;
    if (rank === NONE) return;
    const key = rank * PLACES + at;
    if (this.#size === this.#heap.length) {
      const more = new Float64Array(this.#heap.length * 2);
      more.set(this.#heap);
      this.#heap = more;
    }
    const heap = this.#heap;
    let hole = this.#size++;
    while (hole > 0) {
      const up = (hole - 1) >> 1;
      if (heap[up]! <= key) break;
      heap[hole] = heap[up]!;
      hole = up;
    }
    heap[hole] = key;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap[--this.#size]!;
    const size = this.#size;
    let hole = 0;
    for (;;) {
      let down = 2 * hole + 1;
      if (down >= size) break;
      if (down + 1 < size && heap[down + 1]! < heap[down]!) down++;
      if (heap[down]! >= last) break;
      heap[hole] = heap[down]!;
      hole = down;
    }
    heap[hole] = last;
    return top;
  }
}
