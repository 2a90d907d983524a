/** The texts of all tokens, packed so that threads hand them over at once. */
export interface PackedVocabulary {
  readonly text: string;
  /** [start, end] in `text` of each id; [-1, -1] where an id has no token. */
  readonly bounds: Int32Array<ArrayBuffer>;
  /** Open addressing by the hash of the text: ids, -1 where empty. */
  readonly places: Int32Array<ArrayBuffer>;
}

/** Packs tokens by id; holes are undefined. */
export const packVocabulary = (tokens: readonly (string | undefined)[]): PackedVocabulary => {
  const bounds = new Int32Array(2 * tokens.length).fill(-1);
  const places = new Int32Array(1 << Math.max(4, 33 - Math.clz32(tokens.length))).fill(-1);
  let at = 0;
  tokens.forEach((token, id) => {
    if (token === undefined) return;
    bounds[2 * id] = at;
    at += token.length;
    bounds[2 * id + 1] = at;
    let place = hashOf(token, 0, token.length) & (places.length - 1);
    while (places[place] !== -1) place = (place + 1) & (places.length - 1);
    places[place] = id;
  });
  return { text: tokens.join(''), bounds, places };
};

/** A hash of a stretch of text. */
export const hashOf = (text: string, from: number, to: number): number => {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x9e3779b1) ^ (hash >>> 13);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** From ids to tokens and back. */
export class Vocabulary {
  /** One more than the highest id. */
  readonly size: number;
  readonly packed: PackedVocabulary;
  readonly #hidden: ReadonlySet<number>;

  /** `hidden`: ids that are never found, though they have their tokens. */
  constructor(packed: PackedVocabulary, hidden: Iterable<number> = []) {
    this.packed = packed;
    this.#hidden = new Set(hidden);
    this.size = packed.bounds.length / 2;
  }

  token(id: number): string | undefined {
    const start = this.packed.bounds[2 * id] ?? -1;
    return start < 0 ? undefined : this.packed.text.slice(start, this.packed.bounds[2 * id + 1]);
  }

  /** The id of a stretch of `text`; -1 where there is none. */
  find(text: string, from = 0, to = text.length): number {
    const { text: all, bounds, places } = this.packed;
    const mask = places.length - 1;
    for (let place = hashOf(text, from, to) & mask; places[place] !== -1; place = (place + 1) & mask) {
      const id = places[place]!;
      const start = bounds[2 * id]!;
      if (bounds[2 * id + 1]! - start !== to - from) continue;
      let same = 0;
      while (same < to - from && all.charCodeAt(start + same) === text.charCodeAt(from + same)) same++;
      if (same === to - from) return this.#hidden.size > 0 && this.#hidden.has(id) ? -1 : id;
    }
    return -1;
  }
}
