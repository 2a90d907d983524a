import { errors } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { Rewriting } from '../text/aligned.ts';
import { after } from '../text/classes.ts';
import { afterGrapheme } from '../text/graphemes.ts';
import { type Normalizer, remembered, rewriter } from './rewriter.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** SentencePiece's table of replacements: a double-array trie over UTF-8 bytes (Darts) whose values point into a text of results, each ended by a zero byte. */
class CharsMap {
  readonly #units: Uint32Array;
  readonly #results: Uint8Array;
  readonly #most: number;

  constructor(bytes: Uint8Array, place: string) {
    const size = bytes.length >= 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : -1;
    if (size < 4 || size % 4 !== 0 || size > bytes.length - 4)
      throw errors.BAD_FIELD(place, 'a character map', `${bytes.length} bytes that are none`);
    this.#units = new Uint32Array(Uint8Array.from(bytes.subarray(4, 4 + size)).buffer);
    this.#results = bytes.subarray(4 + size);
    this.#most = this.#units.length;
  }

  /** The first or the longest of the entries that `bytes` begins with from `from` on: its length and its result; undefined where there is none. */
  find(bytes: Uint8Array, from: number, longest: boolean): { readonly length: number; readonly result: string } | undefined {
    const units = this.#units;
    let found: { length: number; value: number } | undefined;
    let at = offsetOf(units[0]!);
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === 0) break;
      at ^= byte;
      if (at >= this.#most) break;
      const unit = units[at]!;
      if ((unit & 0x800000ff) >>> 0 !== byte) break;
      at ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 1 && at < this.#most) {
        found = { length: i + 1 - from, value: units[at]! & 0x7fffffff };
        if (!longest) break;
      }
    }
    if (!found) return undefined;
    const end = this.#results.indexOf(0, found.value);
    return { length: found.length, result: decoder.decode(this.#results.subarray(found.value, end < 0 ? undefined : end)) };
  }
}

const offsetOf = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);

/** Replaces whole user-perceived characters where they are short, else one code point at a time, as the Rust library reads the table. */
const byGrapheme = (map: CharsMap): Rewriting => {
  const plain = Array.from({ length: 128 }, (_, byte) => map.find(Uint8Array.of(byte), 0, false)?.result ?? String.fromCharCode(byte));
  const isPlain = (text: string, at: number) =>
    text.charCodeAt(at) < 128 && text.charCodeAt(at) !== 13 && (at + 1 === text.length || text.charCodeAt(at + 1) < 128);
  const one = remembered((codePoint) => {
    const character = String.fromCodePoint(codePoint);
    return map.find(encoder.encode(character), 0, false)?.result ?? character;
  });
  return (text, emit) => {
    for (let at = 0; at < text.length; ) {
      let end = at;
      while (end < text.length && isPlain(text, end) && plain[text.charCodeAt(end)]!.charCodeAt(0) === text.charCodeAt(end)) end++;
      if (end > at) emit(at, end, text.slice(at, end));
      else if (isPlain(text, at)) emit(at, ++end, plain[text.charCodeAt(at)]!);
      else {
        end = afterGrapheme(text, at);
        const whole = end - at < SHORT && end > after(text, at) ? wholeOf(text.slice(at, end), map) : undefined;
        if (whole !== undefined) emit(at, end, whole);
        else
          for (let from = at; from < end; ) {
            const to = after(text, from);
            emit(from, to, one(text.codePointAt(from)!));
            from = to;
          }
      }
      at = end;
    }
  };
};

/** Bytes of a user-perceived character that is replaced as one, fewer than these. */
const SHORT = 6;

const wholeOf = (grapheme: string, map: CharsMap): string | undefined => {
  const bytes = encoder.encode(grapheme);
  return bytes.length < SHORT ? map.find(bytes, 0, false)?.result : undefined;
};

/** Replaces the longest entry at each place, as SentencePiece itself does. */
const byLongest =
  (map: CharsMap): Rewriting =>
  (text, emit) => {
    const bytes = encoder.encode(text);
    for (let at = 0, byte = 0; at < text.length; ) {
      const found = map.find(bytes, byte, true);
      let [end, last] = [at, byte];
      do {
        last += width(text.codePointAt(end)!);
        end = after(text, end);
      } while (found && last < byte + found.length);
      emit(at, end, found?.result ?? text.slice(at, end));
      at = end;
      byte = last;
    }
  };

const width = (codePoint: number): number => (codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4);

/** `precompiled_charsmap`, base64; `longest` is ours: read it as SentencePiece does. */
export const precompiled = (fields: Fields): Normalizer => {
  const text = fields.string('precompiled_charsmap', '');
  if (text === '') return rewriter((whole, emit) => emit(0, whole.length, whole));
  const map = new CharsMap(Buffer.from(text, 'base64'), `${fields.place}.precompiled_charsmap`);
  return rewriter(fields.boolean('longest', false) ? byLongest(map) : byGrapheme(map));
};
