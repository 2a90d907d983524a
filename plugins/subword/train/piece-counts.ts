import { hashOf } from '../model/vocabulary.ts';

/** The different pieces of a corpus, in the order they were met, and how often each was. */
export interface Pieces {
  readonly texts: readonly string[];
  readonly counts: Float64Array;
}

/** So many different pieces, and so many units of text, are remembered at a time. */
export interface Bounds {
  readonly pieces: number;
  readonly units: number;
}

/** Counts pieces in typed arrays of bounded size. When these are full, the rarest pieces are forgotten, at first those met once, then twice, and so on. */
export class PieceCounts {
  readonly #bounds: Bounds;
  /** [hash, start in `#units`, length] a place; length 0 where empty. */
  #places = new Int32Array(3 << 12);
  #mask = (1 << 12) - 1;
  #counts = new Float64Array(1 << 12);
  #units = new Uint16Array(1 << 16);
  #used = 0;
  #size = 0;
  #forgotten = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** How many different pieces are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Counts the piece between `from` and `to`. */
  append(text: string, from: number, to: number): void {
    const length = to - from;
    if (length === 0) return;
    const hash = hashOf(text, from, to) | 0;
    const places = this.#places;
    let place = hash & this.#mask;
    for (; places[3 * place + 2] !== 0; place = (place + 1) & this.#mask) {
      const at = 3 * place;
      if (places[at] !== hash || places[at + 2] !== length || !this.#same(text, from, places[at + 1]!, length)) continue;
      this.#counts[place]!++;
      return;
    }
    if (this.#used + length > this.#units.length && !this.#room(length)) {
      this.append(text, from, to);
      return;
    }
    places[3 * place] = hash;
    places[3 * place + 1] = this.#used;
    places[3 * place + 2] = length;
    this.#counts[place] = 1;
    for (let i = from; i < to; i++) this.#units[this.#used++] = text.charCodeAt(i);
    if (++this.#size * 2 > this.#mask) this.#widen();
  }

  /** All that is remembered. */
  pieces(): Pieces {
    const order = this.#order();
    const texts: string[] = [];
    const counts = new Float64Array(order.length);
    order.forEach((place, i) => {
      const [, start, length] = this.#places.subarray(3 * place, 3 * place + 3) as unknown as [number, number, number];
      texts.push(Buffer.from(this.#units.buffer, 2 * start, 2 * length).toString('utf16le'));
      counts[i] = this.#counts[place]!;
    });
    return { texts, counts };
  }

  #same(text: string, from: number, start: number, length: number): boolean {
    const units = this.#units;
    for (let i = 0; i < length; i++) if (text.charCodeAt(from + i) !== units[start + i]) return false;
    return true;
  }

  /** The occupied places, by when their piece was met. */
  #order(): Int32Array {
    const places = new Int32Array(this.#size);
    let at = 0;
    for (let place = 0; place <= this.#mask; place++) if (this.#places[3 * place + 2] !== 0) places[at++] = place;
    return places.sort((one, other) => this.#places[3 * one + 1]! - this.#places[3 * other + 1]!);
  }

  /** Makes room for more units; false where pieces were moved for it. */
  #room(more: number): boolean {
    const { units } = this.#bounds;
    if (this.#units.length >= units && this.#used > 0) {
      this.#forget();
      return false;
    }
    const size = Math.max(this.#used + more, Math.min(units, this.#units.length * 4));
    const wider = new Uint16Array(size);
    wider.set(this.#units);
    this.#units = wider;
    return true;
  }

  #widen(): void {
    if (this.#size >= this.#bounds.pieces) this.#forget();
    else this.#rebuild(this.#order(), 4 * (this.#mask + 1));
  }

  /** Forgets pieces until at most half of what is allowed is left. */
  #forget(): void {
    let order = this.#order();
    const lengths = () => order.reduce((sum, place) => sum + this.#places[3 * place + 2]!, 0);
    do {
      this.#forgotten++;
      order = order.filter((place) => this.#counts[place]! > this.#forgotten);
    } while (order.length * 2 > this.#bounds.pieces || lengths() * 2 > this.#bounds.units);
    this.#rebuild(order, this.#mask + 1);
  }

  #rebuild(order: Int32Array, size: number): void {
    const [places, counts, units] = [this.#places, this.#counts, this.#units];
    this.#places = new Int32Array(3 * size);
    this.#counts = new Float64Array(size);
    this.#mask = size - 1;
    this.#used = 0;
    this.#size = order.length;
    for (const old of order) {
      const [hash, start, length] = [places[3 * old]!, places[3 * old + 1]!, places[3 * old + 2]!];
      let place = hash & this.#mask;
      while (this.#places[3 * place + 2] !== 0) place = (place + 1) & this.#mask;
      this.#places.set([hash, this.#used, length], 3 * place);
      this.#counts[place] = counts[old]!;
      units.copyWithin(this.#used, start, start + length);
      this.#used += length;
    }
  }
}
