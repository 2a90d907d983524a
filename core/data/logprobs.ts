import { isSparse, type SparseLogits } from './prediction.ts';
import type { Tensor } from './tensor.ts';

/** An id and the natural logarithm of its probability. */
export interface Logprob {
  readonly id: number;
  readonly logprob: number;
}

/** The same of an id that was said, and of the likeliest in its place: the likeliest first, the smallest of equals; impossible ids are not among them. */
export interface TokenLogprobs extends Logprob {
  readonly top: readonly Logprob[];
}

const NEVER = Number.NEGATIVE_INFINITY;

/** Reads log-probabilities off logits, of an id and of so many likeliest; its arrays are reused from position to position. */
export class LogprobReader {
  readonly #most: number;
  readonly #ids: Int32Array;
  readonly #logits: Float64Array;
  #count = 0;
  // the sum of exp(logit − highest) so far
  #highest = NEVER;
  #sum = 0;
  /** By id of sparse logits: which generation listed it. */
  #listed = new Int32Array(0);
  #generation = 0;

  constructor(most: number) {
    this.#most = most;
    this.#ids = new Int32Array(most);
    this.#logits = new Float64Array(most);
  }

  /** What an id's probability is at a position, and which are the likeliest. */
  read(logits: Tensor | SparseLogits, position: number, id: number): TokenLogprobs {
    this.#count = 0;
    this.#highest = NEVER;
    this.#sum = 0;
    const own = isSparse(logits) ? this.#sparse(logits, position, id) : this.#dense(logits, position, id);
    const above = Math.log(this.#sum); // beyond the highest, to which huge logits would lose it
    const logprob = (logit: number): number => logit - this.#highest - above;
    const top = Array.from({ length: this.#count }, (_, at) => ({ id: this.#ids[at]!, logprob: logprob(this.#logits[at]!) }));
    return { id, logprob: logprob(own), top };
  }

  /** One pass over the row. */
  #dense({ dims, data }: Tensor, position: number, id: number): number {
    const width = dims.at(-1)!;
    const begin = position * width;
    const most = this.#most;
    let floor = NEVER; // of the likeliest so far
    let highest = NEVER;
    let sum = 0;
    for (let at = 0; at < width; at++) {
      const logit = data[begin + at]!;
      if (logit === NEVER) continue;
      if (logit <= highest) sum += Math.exp(logit - highest);
      else {
        sum = sum * Math.exp(highest - logit) + 1;
        highest = logit;
      }
      if (most === 0 || logit <= floor) continue;
      this.#offer(at, logit);
      if (this.#count === most) floor = this.#logits[most - 1]!;
    }
    this.#highest = highest;
    this.#sum = sum;
    return data[begin + id]!;
  }

  /** What is listed, and the rest by a sum that is the same at every position. */
  #sparse(logits: SparseLogits, position: number, id: number): number {
    const { base, ids, offsets } = logits;
    const rest = logits.rest[position]!;
    const { ceiling, mass } = sumOf(base);
    const generation = this.#mark(base.length);
    let own = base[id]! + rest;
    let gone = 0;
    for (let at = offsets[position]!; at < offsets[position + 1]!; at++) {
      const listed = ids[at]!;
      const logit = logits.logits[at]!;
      this.#listed[listed] = generation;
      if (listed === id) own = logit;
      if (base[listed]! > NEVER) gone += Math.exp(base[listed]! - ceiling);
      this.#add(logit, 1);
      this.#offer(listed, logit);
    }
    const steep = mass - gone < mass * STEEPEST;
    if (!steep) this.#add(ceiling + rest, mass - gone);
    if (steep || this.#most > 0)
      for (let other = 0; other < base.length; other++) {
        if (this.#listed[other] === generation) continue;
        const logit = base[other]! + rest;
        if (steep) this.#add(logit, 1);
        this.#offer(other, logit);
      }
    return own;
  }

  #mark(width: number): number {
    if (this.#listed.length < width || this.#generation === 0x7fffffff) {
      this.#listed = new Int32Array(width);
      this.#generation = 0;
    }
    return ++this.#generation;
  }

  /** So many times exp(logit) more. */
  #add(logit: number, times: number): void {
    if (logit === NEVER || times <= 0) return;
    if (logit <= this.#highest) this.#sum += times * Math.exp(logit - this.#highest);
    else {
      this.#sum = this.#sum * Math.exp(this.#highest - logit) + times;
      this.#highest = logit;
    }
  }

  /** Takes an id among the likeliest, where it is one. */
  #offer(id: number, logit: number): void {
    const ids = this.#ids;
    const logits = this.#logits;
    if (logit === NEVER || this.#most === 0) return;
    let at = this.#count;
    if (at === this.#most && !before(logit, id, logits[at - 1]!, ids[at - 1]!)) return;
    if (at < this.#most) this.#count++;
    else at--;
    for (; at > 0 && before(logit, id, logits[at - 1]!, ids[at - 1]!); at--) {
      ids[at] = ids[at - 1]!;
      logits[at] = logits[at - 1]!;
    }
    ids[at] = id;
    logits[at] = logit;
  }
}

/** Below this share of a sum, what is left of it by subtraction would lose its precision. */
const STEEPEST = 1e-3;

const before = (logit: number, id: number, other: number, otherId: number): boolean => logit > other || (logit === other && id < otherId);

const sums = new WeakMap<Float32Array, { readonly ceiling: number; readonly mass: number }>();

/** The greatest logit of a base, and the sum of all exp(logit − greatest), found once. */
const sumOf = (base: Float32Array): { readonly ceiling: number; readonly mass: number } => {
  const known = sums.get(base);
  if (known) return known;
  let ceiling = NEVER;
  for (const logit of base) if (logit > ceiling) ceiling = logit;
  let mass = 0;
  if (ceiling > NEVER) for (const logit of base) mass += Math.exp(logit - ceiling);
  sums.set(base, { ceiling, mass });
  return { ceiling, mass };
};
