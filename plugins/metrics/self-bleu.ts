import { setImmediate } from 'node:timers/promises';
import type { Tokens } from '../../core/index.ts';
import { type Hash, HashIndex, hashOf } from './hash-index.ts';

/** What a count of none counts as: Chen and Cherry's (2014) first smoothing. */
const SMOOTHED = 0.1;

/** How long, in milliseconds, the event loop may wait. */
const PATIENCE = 8;

/** The n-grams of one row: the number of each, and how often it comes. */
interface Grams {
  readonly numbers: Int32Array;
  readonly counts: Int32Array;
}

/**
 * The mean BLEU of each row against all others (Zhu et al. 2018), n-grams from 1 to `order` alike: BLEU by Papineni et al. (2002), the brevity penalty
 * by the closest length, the shorter of two. 1 where all rows are alike; 0 counts of an order are smoothed, and a row without a token of another has 0.
 */
export const selfBleu = async (rows: readonly Tokens[], order: number): Promise<number> => {
  const logs = new Float64Array(rows.length); // the sum of log precisions, by row
  const breathe = breathing();
  for (let n = 1; n <= order; n++) {
    const index = new HashIndex();
    const grams: Grams[] = [];
    for (const row of rows) {
      grams.push(gramsOf(row, n, index));
      await breathe();
    }
    const most = new Most(index.size);
    for (const [owner, each] of grams.entries()) {
      most.add(each, owner);
      await breathe();
    }
    for (const [owner, each] of grams.entries()) {
      const total = Math.max(1, rows[owner]!.length - n + 1);
      const matched = most.matches(each, owner);
      logs[owner]! += matched > 0 ? Math.log(matched / total) : n === 1 ? Number.NEGATIVE_INFINITY : Math.log(SMOOTHED / total);
      await breathe();
    }
  }
  const lengths = Int32Array.from(rows, ({ length }) => length).sort();
  let sum = 0;
  rows.forEach(({ length }, owner) => {
    sum += length === 0 ? 0 : Math.exp(Math.min(0, 1 - closest(lengths, length) / length) + logs[owner]! / order);
  });
  return sum / rows.length;
};

const gramsOf = (row: Tokens, n: number, index: HashIndex): Grams => {
  const hash: Hash = { high: 0, low: 0 };
  const all = new Int32Array(Math.max(0, row.length - n + 1));
  for (let at = 0; at < all.length; at++) {
    hashOf(row, at, at + n, hash);
    all[at] = index.add(hash.high, hash.low);
  }
  all.sort();
  const counts = new Int32Array(all.length);
  let kinds = 0;
  for (let at = 0; at < all.length; at++) {
    if (kinds === 0 || all[kinds - 1] !== all[at]) all[kinds++] = all[at]!;
    counts[kinds - 1]!++;
  }
  return { numbers: all.subarray(0, kinds), counts: counts.subarray(0, kinds) };
};

/** How often a row has each n-gram at most, and how often another does: enough to leave any one row out. */
class Most {
  readonly #greatest: Int32Array;
  readonly #owner: Int32Array;
  readonly #second: Int32Array;

  constructor(size: number) {
    this.#greatest = new Int32Array(size);
    this.#owner = new Int32Array(size);
    this.#second = new Int32Array(size);
  }

  add({ numbers, counts }: Grams, owner: number): void {
    for (let at = 0; at < numbers.length; at++) {
      const [number, count] = [numbers[at]!, counts[at]!];
      if (count > this.#greatest[number]!) {
        this.#second[number] = this.#greatest[number]!;
        this.#greatest[number] = count;
        this.#owner[number] = owner;
      } else if (count > this.#second[number]!) this.#second[number] = count;
    }
  }

  /** How many n-grams of a row have a counterpart in one of the others, where each counterpart serves once. */
  matches({ numbers, counts }: Grams, owner: number): number {
    let sum = 0;
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at]!;
      sum += Math.min(counts[at]!, (this.#owner[number] === owner ? this.#second : this.#greatest)[number]!);
    }
    return sum;
  }
}

/** Of sorted lengths the closest to one of them, that one left out. */
const closest = (sorted: Int32Array, length: number): number => {
  let at = 0;
  let high = sorted.length;
  while (at < high) {
    const middle = (at + high) >> 1;
    if (sorted[middle]! < length) at = middle + 1;
    else high = middle;
  }
  const before = sorted[at - 1];
  const after = sorted[at + 1]!;
  return before !== undefined && (after === undefined || length - before <= after - length) ? before : after;
};

const breathing = (): (() => Promise<void>) => {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < PATIENCE) return;
    await setImmediate();
    since = performance.now();
  };
};
