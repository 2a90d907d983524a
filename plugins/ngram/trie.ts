import { errors } from './errors.ts';

/** All n-grams of one order, sorted by context and then by id; unigrams stand at their ids. */
export interface Level {
  readonly size: number;
  /** Each n-gram's last id; empty for unigrams. */
  readonly ids: Int32Array;
  /** Where each n-gram without its first id stands in the level below; empty for unigrams. */
  readonly links: Int32Array;
  /** ln p(last id | the ids before), [size]. */
  readonly logits: Float32Array;
  /** Where those that continue each n-gram begin in the level above, [size + 1]; empty at the top. */
  readonly first: Int32Array;
  /** ln of the mass that each n-gram, as a context, leaves to ids that never followed it, [size]; empty at the top. */
  readonly weights: Float32Array;
}

/** What was learned. */
export interface Trie {
  /** The id before which nothing matters; -1 where there is none. */
  readonly start: number;
  readonly falls: 'shorter' | 'ids';
  /** One for each order, unigrams first. */
  readonly levels: readonly Level[];
}

/** The n-grams that continue one suffix of a context, and what to add to their logits there. */
export interface Followers {
  /** Of the suffix, in ids; its followers stand in `levels[depth]`. */
  readonly depth: number;
  readonly begin: number;
  readonly end: number;
  readonly off: number;
}

/** A reader's place in a trie: the longest suffix of what it has read that is known as a context. */
export class Walk {
  readonly #trie: Trie;
  /** How many ids the suffix has, and where it stands in its level. */
  #depth = 0;
  #at = 0;
  /** How many ids a context has here, known or not. */
  #age = 0;
  #matched = 0;

  constructor(trie: Trie) {
    this.#trie = trie;
  }

  /** Goes to where a reader of `row` stands after position `last`; only the last order − 1 ids matter. */
  enter(row: Int32Array, last: number): void {
    this.#depth = this.#at = this.#age = 0;
    for (let i = Math.max(0, last - this.#trie.levels.length + 2); i <= last; i++) this.step(row[i]!);
  }

  /** Reads one id and answers its logit, ln p(id | context). */
  step(id: number): number {
    const { levels } = this.#trie;
    const { logits } = levels[0]!;
    if (!(id >= 0 && id < logits.length)) throw errors.NGRAM_ID(id, logits.length);
    let depth = this.#depth;
    let at = this.#at;
    let off = 0;
    let next = id;
    for (; depth > 0; depth--) {
      const context = levels[depth - 1]!;
      const found = search(levels[depth]!.ids, context.first[at]!, context.first[at + 1]!, id);
      if (found >= 0) {
        next = found;
        break;
      }
      if (this.#counts(depth)) off += context.weights[at]!;
      at = depth > 1 ? context.links[at]! : 0;
    }
    this.#matched = depth > 0 && this.#counts(depth) ? depth + 1 : 1;
    const logit = this.#matched > 1 ? levels[depth]!.logits[next]! + off : logits[id]! + Math.fround(off);
    this.#move(id, depth, next);
    return Math.fround(logit);
  }

  /** The order of the n-gram that gave the last id its logit: 1 where no context was known to lead to it. */
  get matched(): number {
    return this.#matched;
  }

  /** The followers of each suffix, longest first, and what to add to the base of all other ids. */
  followers(): { readonly lists: readonly Followers[]; readonly rest: number } {
    const lists: Followers[] = [];
    let at = this.#at;
    let off = 0;
    for (let depth = this.#depth; depth > 0; depth--) {
      const { first, weights, links } = this.#trie.levels[depth - 1]!;
      if (this.#counts(depth)) {
        lists.push({ depth, begin: first[at]!, end: first[at + 1]!, off });
        off += weights[at]!;
      }
      at = depth > 1 ? links[at]! : 0;
    }
    return { lists, rest: Math.fround(off) };
  }

  /** Whether the suffix of `depth` ids has a say: where unseen ids fall to all ids at once, the whole context alone. */
  #counts(depth: number): boolean {
    return this.#trie.falls === 'shorter' || depth === this.#age;
  }

  /** To the n-gram just read, found at `next` after `depth` ids, or to its suffix where no context is so long. */
  #move(id: number, depth: number, next: number): void {
    const { levels, start } = this.#trie;
    const longest = levels.length - 1;
    if (longest === 0) return;
    if (id === start) {
      this.#depth = this.#age = 1;
      this.#at = id;
      return;
    }
    this.#depth = Math.min(depth + 1, longest);
    this.#at = depth < longest ? next : levels[longest]!.links[next]!;
    this.#age = Math.min(this.#age + 1, longest);
  }
}

/** Where `id` stands in ids[begin … end], which ascend; negative where it does not. */
const search = (ids: Int32Array, begin: number, end: number, id: number): number => {
  let low = begin;
  let high = end - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle]!;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
};
