import { grown, type Model, type Segments } from './segments.ts';
import { hashOf } from './vocabulary.ts';

/** Longer pieces are rare and cost little more than their lookup. */
const LONGEST = 64;
const MOST = 1 << 17;
const UNITS = 1 << 21;

/** Remembers the ids of the pieces met so far, in typed arrays of bounded size; when these are full it starts anew. */
export class PieceCache {
  readonly #model: Model;
  /** [hash, start of the text in `#units`, its length, start of the ids in `#ids`, their number] a place. */
  #places = new Int32Array(5 << 12);
  #mask = (1 << 12) - 1;
  #count = 0;
  #units = new Uint16Array(1 << 15);
  #unitsUsed = 0;
  #ids = new Int32Array(1 << 14);
  #idsUsed = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Appends the ids of a piece; their spans in `out` are left as they were. */
  append(text: string, from: number, to: number, out: Segments): void {
    const length = to - from;
    if (length > LONGEST) {
      this.#model.segment(text, from, to, out);
      return;
    }
    const hash = hashOf(text, from, to) | 0;
    const places = this.#places;
    let at = (hash & this.#mask) * 5;
    for (; places[at + 2] !== 0; at = at + 5 === places.length ? 0 : at + 5) {
      if (places[at] !== hash || places[at + 2] !== length || !this.#same(text, from, places[at + 1]!, length)) continue;
      const count = places[at + 4]!;
      const start = places[at + 3]!;
      if (out.length + count > out.ids.length) out.reserve(count);
      for (let i = 0; i < count; i++) out.ids[out.length + i] = this.#ids[start + i]!;
      out.length += count;
      return;
    }
    const before = out.length;
    this.#model.segment(text, from, to, out);
    if (length > 0) this.#keep(hash, at, text, from, length, out, before);
  }

  #same(text: string, from: number, start: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (text.charCodeAt(from + i) !== this.#units[start + i]) return false;
    return true;
  }

  #keep(hash: number, at: number, text: string, from: number, length: number, out: Segments, before: number): void {
    const count = out.length - before;
    if (this.#unitsUsed + length > this.#units.length) {
      if (this.#units.length >= UNITS) {
        this.#clear();
        return;
      }
      const more = new Uint16Array(this.#units.length * 4);
      more.set(this.#units);
      this.#units = more;
    }
    if (this.#idsUsed + count > this.#ids.length) {
      if (this.#ids.length >= UNITS) {
        this.#clear();
        return;
      }
      this.#ids = grown(this.#ids, this.#ids.length * 4);
    }
    this.#places.set([hash, this.#unitsUsed, length, this.#idsUsed, count], at);
    for (let i = 0; i < length; i++) this.#units[this.#unitsUsed++] = text.charCodeAt(from + i);
    for (let i = 0; i < count; i++) this.#ids[this.#idsUsed++] = out.ids[before + i]!;
    if (++this.#count * 2 > this.#mask) this.#widen();
  }

  #clear(): void {
    this.#places.fill(0);
    this.#count = this.#unitsUsed = this.#idsUsed = 0;
  }

  #widen(): void {
    if (this.#count >= MOST) {
      this.#clear();
      return;
    }
    const old = this.#places;
    this.#places = new Int32Array(old.length * 4);
    this.#mask = this.#places.length / 5 - 1;
    for (let from = 0; from < old.length; from += 5) {
      if (old[from + 2] === 0) continue;
      let at = (old[from]! & this.#mask) * 5;
      while (this.#places[at + 2] !== 0) at = at + 5 === this.#places.length ? 0 : at + 5;
      this.#places.set(old.subarray(from, from + 5), at);
    }
  }
}
