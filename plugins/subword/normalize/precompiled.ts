import { errors } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { Rewriting } from '../text/aligned.ts';
import { after } from '../text/classes.ts';
import { type Normalizer, rewriter } from './rewriter.ts';

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
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const plain = Array.from({ length: 128 }, (_, byte) => map.find(Uint8Array.of(byte), 0, false)?.result ?? String.fromCharCode(byte));
  const isPlain = (text: string, at: number) =>
    text.charCodeAt(at) < 128 && text.charCodeAt(at) !== 13 && (at + 1 === text.length || text.charCodeAt(at + 1) < 128);
  return (text, emit) => {
    for (let at = 0; at < text.length; ) {
      let end = at;
      while (end < text.length && isPlain(text, end) && plain[text.charCodeAt(end)]!.charCodeAt(0) === text.charCodeAt(end)) end++;
      if (end > at) emit(at, end, text.slice(at, end));
      else if (isPlain(text, at)) emit(at, ++end, plain[text.charCodeAt(at)]!);
      else {
        end = stretch(text, at);
        for (const { segment, index } of graphemes.segment(text.slice(at, end))) {
          const bytes = encoder.encode(segment);
          const whole = bytes.length < 6 ? map.find(bytes, 0, false) : undefined;
          if (whole) emit(at + index, at + index + segment.length, whole.result);
          else eachCodePoint(segment, at + index, map, emit);
        }
      }
      at = end;
    }
  };
};

/** Where the text from `at` on is sure to be between two user-perceived characters: between two plain letters. */
const stretch = (text: string, at: number): number => {
  let end = at + 1;
  while (end < text.length && !(text.charCodeAt(end) < 128 && text.charCodeAt(end - 1) < 128 && text.charCodeAt(end - 1) !== 13)) end++;
  return end;
};

const eachCodePoint = (text: string, at: number, map: CharsMap, emit: (from: number, to: number, becomes: string) => void): void => {
  for (let i = 0; i < text.length; ) {
    const end = after(text, i);
    const character = text.slice(i, end);
    emit(at + i, at + end, map.find(encoder.encode(character), 0, false)?.result ?? character);
    i = end;
  }
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
