import { byteLetters, toByteLetters } from '../text/byte-letters.ts';
import { isPair } from '../text/classes.ts';
import { Merges } from './merges.ts';
import type { PairTable } from './pair-table.ts';
import type { Model, Segments } from './segments.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Byte-pair encoding as a thread hands it over. */
export interface BpeParts {
  readonly type: 'BPE';
  /** (left, right) to (rank, merged). */
  readonly pairs: PairTable;
  /** Put before every character of a piece but the first, and after its last. */
  readonly prefix: string;
  readonly suffix: string;
  /** The id of a character without one; -1: it is left out. */
  readonly unknown: number;
  readonly fuseUnknown: boolean;
  readonly byteFallback: boolean;
  /** A piece that is a token is that token, whatever the merges say. */
  readonly wholePieces: boolean;
  /** Ids that no text may give. */
  readonly special: Int32Array<ArrayBuffer>;
}

/** Whether pieces may be read as UTF-8 bytes, without being spelled in byte letters first: every byte has its id. */
export const readsBytes = (parts: BpeParts, vocabulary: Vocabulary): boolean =>
  parts.prefix === '' &&
  !parts.byteFallback &&
  byteLetters.every((letter) => vocabulary.find(letter) >= 0 && (parts.suffix === '' || vocabulary.find(letter + parts.suffix) >= 0));

/** Byte-pair encoding of pieces; with `bytes`, of the UTF-8 bytes of pieces that are not spelled in byte letters yet. */
export class Bpe implements Model {
  readonly #parts: BpeParts;
  readonly #vocabulary: Vocabulary;
  readonly #merges: Merges;
  readonly #bytes: boolean;
  readonly #byteIds: Int32Array;
  readonly #lastByteIds: Int32Array;
  readonly #fallback: Int32Array;
  readonly #special: ReadonlySet<number>;
  /** Every letter of a byte is a token, so one is read even where it is special too. */
  readonly #everyByte: boolean;
  /** Ids by character: anywhere, after the first, last, last after the first. */
  readonly #known: readonly Map<number, number>[] = [new Map(), new Map(), new Map(), new Map()];

  constructor(parts: BpeParts, vocabulary: Vocabulary, bytes: boolean) {
    this.#parts = parts;
    this.#vocabulary = vocabulary;
    this.#merges = new Merges(parts.pairs);
    this.#bytes = bytes;
    this.#byteIds = Int32Array.from(byteLetters, (letter) => vocabulary.find(letter));
    this.#lastByteIds = Int32Array.from(byteLetters, (letter) => vocabulary.find(letter + parts.suffix));
    this.#fallback = Int32Array.from({ length: 256 }, (_, byte) => vocabulary.find(byteToken(byte)));
    this.#special = new Set(parts.special);
    this.#everyByte = !this.#byteIds.includes(-1);
  }

  segment(text: string, from: number, to: number, out: Segments): void {
    if (this.#parts.wholePieces) {
      const letters = this.#bytes ? toByteLetters(text.slice(from, to)) : text;
      const id = this.#bytes ? this.#vocabulary.find(letters) : this.#vocabulary.find(letters, from, to);
      if (id >= 0 && !this.#special.has(id)) {
        out.push(id, from, to);
        return;
      }
    }
    const merges = this.#merges;
    merges.length = 0;
    if (this.#bytes) this.#readBytes(text, from, to);
    else this.#readCharacters(text, from, to);
    merges.run(to);
    for (let i = 0; i < merges.length; i++) out.push(merges.symbols[i]!, merges.starts[i]!, this.#end(i, to));
  }

  /** Bytes of one character share its span. */
  #end(at: number, to: number): number {
    const { starts, length } = this.#merges;
    for (let next = at + 1; next < length; next++) if (starts[next]! > starts[at]!) return starts[next]!;
    return to;
  }

  #readBytes(text: string, from: number, to: number): void {
    const merges = this.#merges;
    const ids = this.#byteIds;
    for (let at = from; at < to; at++) {
      let codePoint = text.charCodeAt(at);
      const start = at;
      if (codePoint < 0x80) merges.push(ids[codePoint]!, start);
      else if (codePoint < 0x800) {
        merges.push(ids[0xc0 | (codePoint >> 6)]!, start);
        merges.push(ids[0x80 | (codePoint & 0x3f)]!, start);
      } else {
        if ((codePoint & 0xf800) === 0xd800) codePoint = isPair(text, at) && at + 1 < to ? text.codePointAt(at++)! : 0xfffd;
        if (codePoint < 0x10000) merges.push(ids[0xe0 | (codePoint >> 12)]!, start);
        else {
          merges.push(ids[0xf0 | (codePoint >> 18)]!, start);
          merges.push(ids[0x80 | ((codePoint >> 12) & 0x3f)]!, start);
        }
        merges.push(ids[0x80 | ((codePoint >> 6) & 0x3f)]!, start);
        merges.push(ids[0x80 | (codePoint & 0x3f)]!, start);
      }
    }
    if (this.#parts.suffix === '' || merges.length === 0) return;
    const last = ids.indexOf(merges.symbols[merges.length - 1]!);
    merges.symbols[merges.length - 1] = this.#lastByteIds[last]!;
  }

  #readCharacters(text: string, from: number, to: number): void {
    const { unknown, fuseUnknown, byteFallback } = this.#parts;
    const merges = this.#merges;
    let waiting = -1;
    for (let at = from; at < to; ) {
      const codePoint = text.codePointAt(at)!;
      const end = at + (codePoint > 0xffff && at + 1 < to ? 2 : 1);
      const id = this.#idOf(codePoint, at > from, end >= to);
      if (id >= 0 || !(byteFallback && this.#pushBytes(codePoint, at))) {
        if (waiting >= 0 && (id >= 0 || !fuseUnknown)) {
          merges.push(unknown, waiting);
          waiting = -1;
        }
        if (id >= 0) merges.push(id, at);
        else if (unknown >= 0 && waiting < 0) waiting = at;
      }
      at = end;
    }
    if (waiting >= 0) merges.push(unknown, waiting);
  }

  #idOf(codePoint: number, inside: boolean, last: boolean): number {
    const { prefix, suffix } = this.#parts;
    const known = this.#known[(inside ? 1 : 0) + (last ? 2 : 0)]!;
    const found = known.get(codePoint);
    if (found !== undefined) return found;
    const spelt = this.#vocabulary.find((inside ? prefix : '') + String.fromCodePoint(codePoint) + (last ? suffix : ''));
    const id = !this.#everyByte && this.#special.has(spelt) ? -1 : spelt;
    if (known.size < 100_000) known.set(codePoint, id);
    return id;
  }

  #pushBytes(codePoint: number, at: number): boolean {
    const ids = [...Buffer.from(String.fromCodePoint(codePoint))].map((byte) => this.#fallback[byte]!);
    if (ids.some((id) => id < 0)) return false;
    for (const id of ids) this.#merges.push(id, at);
    return true;
  }
}

/** How a byte is named in vocabularies that fall back on bytes. */
export const byteToken = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
