import { after } from '../text/classes.ts';
import { PairCounts } from './pair-counts.ts';
import type { Pieces } from './piece-counts.ts';

/** What merges are learned for. */
export interface MergeGoal {
  /** Characters that have a token; others part a word. */
  readonly alphabet: readonly string[];
  /** How many tokens there are to be, the alphabet's included. */
  readonly tokens: number;
  /** Rarer pairs stay apart. */
  readonly least: number;
  /** No token becomes longer, in characters. */
  readonly longest: number;
  /** What tokens inside a word begin with. */
  readonly prefix: string;
  /** Texts that must not become tokens: those of special ones. */
  readonly taken: ReadonlySet<string>;
}

/** Tokens by id, and the merges that make those beyond the alphabet, in the order they were learned. */
export interface LearnedMerges {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [left: number, right: number])[];
}

/**
 * Byte-pair encoding (Gage 1994; Sennrich et al. 2016): the most frequent pair of neighbours becomes a token, again and again.
 * Yields how many tokens there are now and then; the counts are kept up to date, so that a merge touches only the words that hold it.
 */
export function* learnMerges(pieces: Pieces, goal: MergeGoal): Generator<number, LearnedMerges> {
  const learner = new Learner(pieces, goal);
  for (let pair = learner.next(); pair >= 0; pair = learner.next()) {
    learner.merge(pair);
    if ((learner.tokens.length & 255) === 0) yield learner.tokens.length;
  }
  return learner;
}

/** The characters of the alphabet that some word has after its first. */
const inside = (texts: readonly string[], alphabet: readonly string[]): readonly string[] => {
  const found = new Set<string>();
  for (const text of texts) for (let i = after(text, 0); i < text.length; i = after(text, i)) found.add(text.slice(i, after(text, i)));
  return alphabet.filter((character) => found.has(character));
};

/** Parts a word where a character has no token. */
const GAP = -2;

class Learner implements LearnedMerges {
  readonly tokens: string[] = [];
  readonly merges: (readonly [number, number])[] = [];
  readonly #goal: MergeGoal;
  readonly #counts: Float64Array;
  readonly #ids = new Map<string, number>();
  /** How many characters a token has. */
  readonly #lengths: number[] = [];
  readonly #pairs = new PairCounts();
  /** The tokens of all words, one word after another. */
  readonly #symbols: Int32Array;
  readonly #starts: Int32Array;
  readonly #sizes: Int32Array;
  /** The place of a merged pair among the merges, and the token it became. */
  readonly #ranks = new Map<number, number>();
  readonly #into: number[] = [];
  /** Pairs that were merged before and came up again: merging goes by the order of learning, so they are due at once. */
  #due: number[] = [];

  constructor({ texts, counts }: Pieces, goal: MergeGoal) {
    this.#goal = goal;
    this.#counts = counts;
    for (const character of goal.alphabet) this.#token(character, 1);
    if (goal.prefix !== '') for (const character of inside(texts, goal.alphabet)) this.#token(goal.prefix + character, 1);
    this.#symbols = new Int32Array(texts.reduce((sum, text) => sum + text.length, 0));
    this.#starts = new Int32Array(texts.length);
    this.#sizes = new Int32Array(texts.length);
    let at = 0;
    texts.forEach((text, word) => {
      this.#starts[word] = at;
      for (let i = 0; i < text.length; ) {
        const end = after(text, i);
        this.#symbols[at++] = this.#ids.get((i === 0 ? '' : goal.prefix) + text.slice(i, end)) ?? GAP;
        i = end;
      }
      this.#sizes[word] = at - this.#starts[word]!;
    });
    this.#count();
  }

  #token(text: string, length: number): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.tokens.length;
    this.#ids.set(text, id);
    this.tokens.push(text);
    this.#lengths.push(length);
    return id;
  }

  #count(): void {
    const [pairs, symbols] = [this.#pairs, this.#symbols];
    const seen = new Set<number>();
    for (let word = 0; word < this.#sizes.length; word++) {
      const end = this.#starts[word]! + this.#sizes[word]!;
      for (let at = this.#starts[word]!; at + 1 < end; at++) {
        if (symbols[at] === GAP || symbols[at + 1] === GAP) continue;
        const pair = pairs.find(symbols[at]!, symbols[at + 1]!);
        pairs.counts[pair]! += this.#counts[word]!;
        pairs.note(pair, word);
        seen.add(pair);
      }
    }
    for (const pair of seen) if (this.#allowed(pair)) pairs.raise(pair);
  }

  #textOf(pair: number): string {
    return this.tokens[this.#pairs.lefts[pair]!]! + this.tokens[this.#pairs.rights[pair]!]!.slice(this.#goal.prefix.length);
  }

  #allowed(pair: number): boolean {
    const { lefts, rights } = this.#pairs;
    if (this.#lengths[lefts[pair]!]! + this.#lengths[rights[pair]!]! > this.#goal.longest) return false;
    return this.#goal.taken.size === 0 || !this.#goal.taken.has(this.#textOf(pair));
  }

  /** The next pair to merge; -1: all is learned. */
  next(): number {
    if (this.#due.length > 0) return this.#due.sort((one, other) => this.#ranks.get(one)! - this.#ranks.get(other)!).shift()!;
    return this.tokens.length < this.#goal.tokens ? this.#pairs.top(this.#goal.least) : -1;
  }

  merge(pair: number): void {
    const [left, right] = [this.#pairs.lefts[pair]!, this.#pairs.rights[pair]!];
    const rank = this.#ranks.get(pair) ?? this.merges.length;
    if (rank === this.merges.length) {
      this.#ranks.set(pair, rank);
      this.#into.push(this.#token(this.#textOf(pair), this.#lengths[left]! + this.#lengths[right]!));
      this.merges.push([left, right]);
    }
    const into = this.#into[rank]!;
    const risen = new Set<number>();
    this.#pairs.take(pair, (word) => this.#mergeIn(word, left, right, into, risen));
    this.#pairs.counts[pair] = 0;
    for (const one of risen) {
      if (this.#pairs.counts[one]! <= 0) continue;
      if (this.#ranks.has(one)) this.#due.push(one);
      else if (this.#allowed(one)) this.#pairs.raise(one);
    }
  }

  #mergeIn(word: number, left: number, right: number, into: number, risen: Set<number>): void {
    const [pairs, symbols] = [this.#pairs, this.#symbols];
    const count = this.#counts[word]!;
    const start = this.#starts[word]!;
    const end = start + this.#sizes[word]!;
    let kept = start;
    for (let at = start; at < end; at++) {
      const symbol = symbols[at]!;
      if (symbol !== left || at + 1 === end || symbols[at + 1] !== right) {
        symbols[kept++] = symbol;
        continue;
      }
      if (kept > start && symbols[kept - 1] !== GAP) {
        const gone = pairs.find(symbols[kept - 1]!, left);
        pairs.counts[gone]! -= count;
        this.#rise(pairs.find(symbols[kept - 1]!, into), word, risen);
      }
      if (at + 2 < end && symbols[at + 2] !== GAP) {
        const gone = pairs.find(right, symbols[at + 2]!);
        pairs.counts[gone]! -= count;
        this.#rise(pairs.find(into, symbols[at + 2]!), word, risen);
      }
      symbols[kept++] = into;
      at++;
    }
    this.#sizes[word] = kept - start;
  }

  #rise(pair: number, word: number, risen: Set<number>): void {
    this.#pairs.counts[pair]! += this.#counts[word]!;
    this.#pairs.note(pair, word);
    risen.add(pair);
  }
}
