import type { Model, Segments } from './segments.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A vocabulary of whole words as a thread hands it over. */
export interface WordLevelParts {
  readonly type: 'WordLevel';
  readonly unknown: number;
  /** Ids that no text may give. */
  readonly special: Int32Array<ArrayBuffer>;
}

/** Each piece is one token. */
export class WordLevel implements Model {
  readonly #vocabulary: Vocabulary;
  readonly #unknown: number;
  readonly #special: ReadonlySet<number>;

  constructor(parts: WordLevelParts, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#unknown = parts.unknown;
    this.#special = new Set(parts.special);
  }

  segment(text: string, from: number, to: number, out: Segments): void {
    const id = this.#vocabulary.find(text, from, to);
    const known = id >= 0 && !this.#special.has(id) ? id : this.#unknown;
    if (known >= 0) out.push(known, from, to);
  }
}
