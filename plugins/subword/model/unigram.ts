import { errors } from '../errors.ts';
import { byteToken } from './bpe.ts';
import { pairAt } from './pair-table.ts';
import type { Model, Segments } from './segments.ts';
import type { Trie } from './trie.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A unigram language model as a thread hands it over. */
export interface UnigramParts {
  readonly type: 'Unigram';
  readonly trie: Trie;
  /** Log probabilities by id. */
  readonly scores: Float64Array<ArrayBuffer>;
  readonly unknown: number;
  readonly byteFallback: boolean;
}

/** How much worse than the rarest token an unknown character is, in nats. */
const UNKNOWN_PENALTY = 10;

/** The most probable division of a piece, by Viterbi's algorithm (Kudo 2018). */
export class Unigram implements Model {
  readonly #parts: UnigramParts;
  readonly #unknownScore: number;
  readonly #fallback: Int32Array;
  #scores = new Float64Array(64);
  #starts = new Int32Array(64);
  #ids = new Int32Array(64);

  constructor(parts: UnigramParts, vocabulary: Vocabulary) {
    this.#parts = parts;
    this.#unknownScore = parts.scores.reduce((least, score) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
    this.#fallback = Int32Array.from({ length: 256 }, (_, byte) => vocabulary.find(byteToken(byte)));
  }

  segment(text: string, from: number, to: number, out: Segments): void {
    const length = to - from;
    if (length > this.#ids.length - 1) {
      this.#scores = new Float64Array(2 * length + 1);
      this.#starts = new Int32Array(2 * length + 1);
      this.#ids = new Int32Array(2 * length + 1);
    }
    this.#forward(text, from, length);
    this.#back(text, from, length, out);
  }

  #forward(text: string, from: number, length: number): void {
    const { trie, scores: prices } = this.#parts;
    const { slots } = trie;
    const [scores, starts, ids] = [this.#scores, this.#starts, this.#ids];
    starts.fill(-1, 0, length + 1);
    scores[0] = 0;
    for (let at = 0; at < length; ) {
      const codePoint = text.codePointAt(from + at)!;
      const single = at + (codePoint > 0xffff ? 2 : 1);
      const score = scores[at]!;
      let known = false;
      for (let node = 0, end = at; end < length; ) {
        const place = pairAt(trie, node, text.charCodeAt(from + end));
        if (slots[place] === -1) break;
        node = slots[place + 2]!;
        end++;
        const id = slots[place + 3]!;
        if (id < 0) continue;
        known ||= end === single;
        const sum = score + prices[id]!;
        if (starts[end] === -1 || sum > scores[end]!) {
          scores[end] = sum;
          starts[end] = at;
          ids[end] = id;
        }
      }
      if (!known && (starts[single] === -1 || score + this.#unknownScore > scores[single]!)) {
        scores[single] = score + this.#unknownScore;
        starts[single] = at;
        ids[single] = -1;
      }
      at = single;
    }
  }

  /** Walks the best path; unknown characters in a row are one token. */
  #back(text: string, from: number, length: number, out: Segments): void {
    const first = out.length;
    for (let end = length; end > 0; ) {
      let start = this.#starts[end]!;
      const id = this.#ids[end]!;
      if (id < 0) while (start > 0 && this.#ids[start]! < 0) start = this.#starts[start]!;
      if (id >= 0) out.push(id, from + start, from + end);
      else this.#unknown(text, from + start, from + end, out);
      end = start;
    }
    for (let low = first, high = out.length - 1; low < high; low++, high--) {
      for (const list of [out.ids, out.starts, out.ends]) [list[low], list[high]] = [list[high]!, list[low]!];
    }
  }

  /** Pushed last to first, as the path is walked. */
  #unknown(text: string, from: number, to: number, out: Segments): void {
    const bytes = this.#parts.byteFallback ? Buffer.from(text.slice(from, to)) : undefined;
    if (bytes?.every((byte) => this.#fallback[byte]! >= 0)) {
      for (const byte of bytes.reverse()) out.push(this.#fallback[byte]!, from, to);
    } else if (this.#parts.unknown >= 0) out.push(this.#parts.unknown, from, to);
    else throw errors.UNKNOWN_CHARACTER(String.fromCodePoint(text.codePointAt(from)!));
  }
}
