import type { Tokens } from '../../core/index.ts';

/** A number in two halves of 32 bits each, the last hash that was taken. */
export interface Hash {
  high: number;
  low: number;
}

/** Hashes ids `begin` to `end`, 64 bits: two lanes that multiply and rotate, the second fed with the first; then MurmurHash3's finaliser. */
export const hashOf = (tokens: Tokens, begin: number, end: number, into: Hash): Hash => {
  let high = 0x2545f491 ^ (end - begin);
  let low = 0x6c078965;
  for (let at = begin; at < end; at++) {
    high = Math.imul(high ^ tokens[at]!, 0x9e3779b1);
    high = (high << 13) | (high >>> 19);
    low = Math.imul((low ^ tokens[at]!) + high, 0x85ebca77);
    low = (low << 17) | (low >>> 15);
  }
  into.high = finish(high ^ (low >>> 7)) >>> 0;
  into.low = finish(low) >>> 0;
  return into;
};

const finish = (hash: number): number => {
  let x = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
};

/** Numbers different hashes in the order of their coming, in typed arrays: 16 to 24 bytes each, whatever was hashed. */
export class HashIndex {
  size = 0;
  #highs = new Uint32Array(32);
  #lows = new Uint32Array(32);
  /** By place: one more than the number of the hash there. */
  #places = new Int32Array(64);

  /** The number of a hash, which is a new one the first time. */
  add(high: number, low: number): number {
    let place = this.#placeOf(high, low);
    const found = this.#places[place]! - 1;
    if (found >= 0) return found;
    if (this.size === this.#highs.length) {
      this.#grow();
      place = this.#placeOf(high, low);
    }
    this.#highs[this.size] = high;
    this.#lows[this.size] = low;
    this.#places[place] = ++this.size;
    return this.size - 1;
  }

  has(high: number, low: number): boolean {
    return this.#places[this.#placeOf(high, low)]! > 0;
  }

  /** Every hash, in the order of their numbers. */
  forEach(each: (high: number, low: number, number: number) => void): void {
    for (let at = 0; at < this.size; at++) each(this.#highs[at]!, this.#lows[at]!, at);
  }

  /** The hashes of this and another. */
  with(other: HashIndex): HashIndex {
    const both = new HashIndex();
    for (const index of [this, other])
      index.forEach((high, low) => {
        both.add(high, low);
      });
    return both;
  }

  #placeOf(high: number, low: number): number {
    const mask = this.#places.length - 1;
    let place = low & mask;
    for (;;) {
      const found = this.#places[place]! - 1;
      if (found < 0 || (this.#lows[found] === low && this.#highs[found] === high)) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const [highs, lows] = [new Uint32Array(2 * this.size), new Uint32Array(2 * this.size)];
    highs.set(this.#highs);
    lows.set(this.#lows);
    this.#highs = highs;
    this.#lows = lows;
    this.#places = new Int32Array(4 * this.size);
    for (let at = 0; at < this.size; at++) this.#places[this.#placeOf(highs[at]!, lows[at]!)] = at + 1;
  }
}
