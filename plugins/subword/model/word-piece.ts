import { isPair } from '../text/classes.ts';
import { pairAt } from './pair-table.ts';
import type { Model, Segments } from './segments.ts';
import { descend, type Trie } from './trie.ts';

/** WordPiece as a thread hands it over. */
export interface WordPieceParts {
  readonly type: 'WordPiece';
  readonly trie: Trie;
  /** What tokens inside a word begin with. */
  readonly prefix: string;
  readonly unknown: number;
  /** Longer words are unknown as a whole. */
  readonly longest: number;
}

/** The longest token that fits, again and again; a word that does not come out is unknown as a whole (Schuster and Nakajima 2012). */
export class WordPiece implements Model {
  readonly #parts: WordPieceParts;
  readonly #inside: number;

  constructor(parts: WordPieceParts) {
    this.#parts = parts;
    this.#inside = descend(parts.trie, parts.prefix);
  }

  segment(text: string, from: number, to: number, out: Segments): void {
    const { trie, unknown, longest } = this.#parts;
    const before = out.length;
    let characters = to - from;
    for (let i = from; characters > longest && i < to; i++) if (isPair(text, i)) characters--;
    let at = characters > longest ? -1 : from;
    while (at >= 0 && at < to) {
      let node = at === from ? 0 : this.#inside;
      let [id, end] = [-1, -1];
      for (let i = at; node >= 0 && i < to; i++) {
        const place = pairAt(trie, node, text.charCodeAt(i));
        if (trie.slots[place] === -1) break;
        node = trie.slots[place + 2]!;
        if (trie.slots[place + 3]! < 0) continue;
        id = trie.slots[place + 3]!;
        end = i + 1;
      }
      if (id >= 0) out.push(id, at, end);
      at = end;
    }
    if (at >= 0) return;
    out.length = before;
    if (unknown >= 0) out.push(unknown, from, to);
  }
}
