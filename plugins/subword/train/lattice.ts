import { pairAt } from '../model/pair-table.ts';
import { grown } from '../model/segments.ts';
import type { Trie } from '../model/trie.ts';

/** Every token at every place of a list of texts: the ways that a text may be divided. */
export class Lattice {
  /** Texts must be no longer, in units, so that products of probabilities stay in range. */
  static readonly longest = 48;
  /** Where each text begins among the places; one more at the end. */
  readonly starts: Int32Array;
  /** Where each place's tokens begin in `ids`; one more at the end. */
  readonly #offsets: Int32Array;
  #ids = new Int32Array(1 << 12);
  #lengths = new Uint8Array(1 << 12);
  readonly #forward = new Float64Array(Lattice.longest + 1);
  readonly #backward = new Float64Array(Lattice.longest + 1);
  readonly #came = new Int32Array(Lattice.longest + 1);
  readonly #by = new Int32Array(Lattice.longest + 1);

  constructor(texts: readonly string[], trie: Trie) {
    this.starts = new Int32Array(texts.length + 1);
    texts.forEach((text, i) => {
      this.starts[i + 1] = this.starts[i]! + text.length;
    });
    this.#offsets = new Int32Array(this.starts[texts.length]! + 1);
    let used = 0;
    texts.forEach((text, i) => {
      for (let at = 0; at < text.length; at++) {
        this.#offsets[this.starts[i]! + at] = used;
        for (let node = 0, end = at; end < text.length; end++) {
          const place = pairAt(trie, node, text.charCodeAt(end));
          if (trie.slots[place] === -1) break;
          node = trie.slots[place + 2]!;
          if (trie.slots[place + 3]! < 0) continue;
          if (used === this.#ids.length) this.#widen();
          this.#ids[used] = trie.slots[place + 3]!;
          this.#lengths[used++] = end + 1 - at;
        }
      }
    });
    this.#offsets[this.#offsets.length - 1] = used;
  }

  #widen(): void {
    const size = 2 * this.#ids.length;
    this.#ids = grown(this.#ids, size);
    const lengths = new Uint8Array(size);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }

  /** Gives tokens new ids, -1 to those that are gone. */
  renumber(ids: Int32Array): void {
    let used = 0;
    for (let place = 0; place + 1 < this.#offsets.length; place++) {
      const [from, to] = [this.#offsets[place]!, this.#offsets[place + 1]!];
      this.#offsets[place] = used;
      for (let at = from; at < to; at++) {
        const id = ids[this.#ids[at]!]!;
        if (id < 0) continue;
        this.#ids[used] = id;
        this.#lengths[used++] = this.#lengths[at]!;
      }
    }
    this.#offsets[this.#offsets.length - 1] = used;
  }

  /**
   * Adds to `expected`, `count` times, how often each token is used when all divisions of a text are weighed by their probability (forward and
   * backward sums); answers the natural logarithm of the sum of all. `weights` may be probabilities times a constant for each unit of a token.
   * Where the sum is out of range nothing is added, and the answer is not finite.
   */
  expect(text: number, weights: Float64Array, count: number, expected: Float64Array): number {
    const [forward, backward, offsets, ids, lengths] = [this.#forward, this.#backward, this.#offsets, this.#ids, this.#lengths];
    const start = this.starts[text]!;
    const length = this.starts[text + 1]! - start;
    forward.fill(0, 0, length + 1);
    forward[0] = 1;
    for (let at = 0; at < length; at++) {
      const sum = forward[at]!;
      if (sum === 0) continue;
      for (let arc = offsets[start + at]!, end = offsets[start + at + 1]!; arc < end; arc++)
        forward[at + lengths[arc]!]! += sum * weights[ids[arc]!]!;
    }
    const all = forward[length]!;
    if (!(all > 0 && all < Number.POSITIVE_INFINITY)) return Number.NaN;
    const share = count / all;
    backward[length] = 1;
    for (let at = length - 1; at >= 0; at--) {
      let sum = 0;
      const before = forward[at]! * share;
      for (let arc = offsets[start + at]!, end = offsets[start + at + 1]!; arc < end; arc++) {
        const behind = weights[ids[arc]!]! * backward[at + lengths[arc]!]!;
        sum += behind;
        expected[ids[arc]!]! += before * behind;
      }
      backward[at] = sum;
    }
    return Math.log(all);
  }

  /** Tells the tokens of the most probable division of a text, from its end; `but` is not used. Answers false where there is none. */
  best(text: number, scores: Float64Array, but: number, tell: (id: number) => void): boolean {
    const [sums, came, by, offsets, ids, lengths] = [this.#forward, this.#came, this.#by, this.#offsets, this.#ids, this.#lengths];
    const start = this.starts[text]!;
    const length = this.starts[text + 1]! - start;
    sums.fill(Number.NEGATIVE_INFINITY, 0, length + 1);
    sums[0] = 0;
    for (let at = 0; at < length; at++) {
      const sum = sums[at]!;
      if (sum === Number.NEGATIVE_INFINITY) continue;
      for (let arc = offsets[start + at]!, end = offsets[start + at + 1]!; arc < end; arc++) {
        const id = ids[arc]!;
        const to = at + lengths[arc]!;
        const score = sum + scores[id]!;
        if (score <= sums[to]! || id === but) continue;
        sums[to] = score;
        came[to] = at;
        by[to] = id;
      }
    }
    if (sums[length] === Number.NEGATIVE_INFINITY) return false;
    for (let at = length; at > 0; at = came[at]!) tell(by[at]!);
    return true;
  }
}
