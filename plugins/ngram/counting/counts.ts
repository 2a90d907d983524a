import { errors } from '../errors.ts';
import { Grams } from './grams.ts';

/** What the ids of a corpus are. */
export interface Ids {
  readonly vocabulary: number;
  /** -1 where the tokenizer has none. */
  readonly start: number;
  readonly stop: number;
}

const MOST = 2 ** 32 - 1; // no longer n-gram is met more often than its last id

/** How often each n-gram of the orders 1 to `order` was read so far. */
export class Counts {
  readonly unigrams: Uint32Array;
  /** The orders from 2 on. */
  readonly longer: readonly Grams[];
  readonly #ids: Ids;
  /** Where the last 1, 2, … ids of the row being read stand. */
  readonly #windows: Uint32Array;

  constructor(order: number, ids: Ids) {
    this.#ids = ids;
    this.unigrams = new Uint32Array(ids.vocabulary);
    this.longer = Array.from({ length: order - 1 }, () => new Grams());
    this.#windows = new Uint32Array(order);
  }

  /** How many n-grams of each order are known; of unigrams, all. */
  get sizes(): readonly number[] {
    return [this.unigrams.length, ...this.longer.map(({ size }) => size)];
  }

  /** Counts a row. No n-gram reaches across `start`, and `start` itself is no outcome, except where it ends a row as well. */
  read(row: Int32Array): void {
    const { vocabulary, start, stop } = this.#ids;
    const { longer, unigrams } = this;
    const windows = this.#windows;
    let known = 0;
    for (let i = 0; i < row.length; i++) {
      const id = row[i]!;
      if (!(id >= 0 && id < vocabulary)) throw errors.NGRAM_ID(id, vocabulary);
      if (id !== start || (start === stop && i > 0)) {
        if (unigrams[id] === MOST) throw errors.NGRAM_TOO_OFTEN(id);
        unigrams[id] = unigrams[id]! + 1;
        let context = windows[0]!;
        windows[0] = id;
        known = Math.min(known + 1, windows.length);
        for (let length = 1; length < known; length++) {
          const shorter = windows[length - 1]!;
          const last = windows[length]!;
          windows[length] = longer[length - 1]!.add(context, id, shorter);
          context = last;
        }
      }
      if (id === start) {
        windows[0] = id;
        known = 1;
      }
    }
  }
}
