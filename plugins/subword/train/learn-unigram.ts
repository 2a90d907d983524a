import { trie } from '../model/trie.ts';
import { Lattice } from './lattice.ts';
import type { Pieces } from './piece-counts.ts';
import { substrings } from './substrings.ts';

/** What a unigram model is learned for. */
export interface UnigramGoal {
  /** Characters that have a token; texts hold no others. */
  readonly alphabet: readonly string[];
  /** How many tokens there are to be, the alphabet's included. */
  readonly tokens: number;
  /** No token becomes longer, in units. */
  readonly longest: number;
  /** Texts that must not become tokens. */
  readonly taken: ReadonlySet<string>;
}

/** Tokens by id, the most probable first, and their log probabilities. */
export interface Scored {
  readonly tokens: readonly string[];
  readonly scores: Float64Array;
}

const MOST_SEEDS = 1_000_000;
/** Of the tokens so many stay each time. */
const KEPT = 0.75;
/** Pruning ends above the goal by this factor; the least probable go at last. */
const MARGIN = 1.1;
const PASSES = 2;
/** A token that is expected less often is dropped. */
const LEAST = 0.5;

/**
 * The unigram language model of Kudo (2018): from many substrings, estimate (expectation and maximisation, with the digamma function in place of the
 * logarithm as SentencePiece does), drop the tokens whose loss costs least likelihood, and repeat until few enough are left.
 * `pieces` are at most `Lattice.longest` units. Yields how many tokens are left.
 */
export function* learnUnigram(pieces: Pieces, goal: UnigramGoal): Generator<number, Scored> {
  const model = new Model(pieces, goal);
  const bound = Math.ceil(goal.tokens * MARGIN);
  for (;;) {
    for (let pass = 0; pass < PASSES; pass++) model.estimate();
    yield model.tokens.length;
    if (model.tokens.length <= bound) break;
    model.prune(Math.max(bound, Math.floor(model.tokens.length * KEPT)));
  }
  model.keep(model.byScore(goal.tokens));
  for (let pass = 0; pass < PASSES; pass++) model.estimate(0);
  model.keep(model.byScore(goal.tokens));
  return model;
}

class Model implements Scored {
  tokens: string[];
  scores: Float64Array;
  readonly #pieces: Pieces;
  readonly #alphabet: ReadonlySet<string>;
  readonly #lattice: Lattice;
  readonly #own: Lattice;
  /** Where each token stands among the texts of `#own`. */
  #texts: Int32Array;
  /** Natural logarithm of what a unit's probability was at the last estimation, so that products neither vanish nor overflow. */
  #unit = 0;

  constructor(pieces: Pieces, { alphabet, longest, taken }: UnigramGoal) {
    this.#pieces = pieces;
    this.#alphabet = new Set(alphabet);
    const singles = new Map(alphabet.map((character) => [character, 1]));
    pieces.texts.forEach((text, i) => {
      for (const character of text) singles.set(character, singles.get(character)! + pieces.counts[i]!);
    });
    const seeds = seedsOf(pieces, longest, (text) => !singles.has(text) && !taken.has(text));
    this.tokens = [...singles.keys(), ...seeds.map(({ text }) => text)];
    const counts = [...singles.values(), ...seeds.map(({ text, count }) => count * text.length)];
    const sum = counts.reduce((all, count) => all + count, 0);
    this.scores = Float64Array.from(counts, (count) => Math.log(count / sum));
    const words = trie((add) => {
      for (const [id, token] of this.tokens.entries()) add(token, id);
    });
    this.#lattice = new Lattice(pieces.texts, words);
    this.#own = new Lattice(this.tokens, words);
    this.#texts = Int32Array.from(this.tokens.keys());
  }

  /** One expectation and maximisation; tokens expected less often than `least` are dropped. */
  estimate(least = LEAST): void {
    const { texts, counts } = this.#pieces;
    const expected = new Float64Array(this.tokens.length);
    const weights = this.scores.map((score, id) => Math.exp(score - this.#unit * this.tokens[id]!.length));
    let [logs, units] = [0, 0];
    texts.forEach((text, i) => {
      const log = this.#lattice.expect(i, weights, counts[i]!, expected);
      if (Number.isNaN(log)) {
        this.#lattice.best(i, this.scores, -1, (id) => (expected[id]! += counts[i]!));
        return;
      }
      logs += counts[i]! * (log + this.#unit * text.length);
      units += counts[i]! * text.length;
    });
    this.#unit = units === 0 ? 0 : logs / units;
    expected.forEach((count, id) => {
      if (count < LEAST && (least === 0 || this.#alphabet.has(this.tokens[id]!))) expected[id] = LEAST;
    });
    const kept = Array.from(this.tokens.keys()).filter((id) => expected[id]! >= LEAST);
    const whole = digamma(kept.reduce((sum, id) => sum + expected[id]!, 0));
    for (const id of kept) this.scores[id] = digamma(expected[id]!) - whole;
    this.keep(kept);
  }

  /** Leaves `most` tokens: the alphabet, and those without which the texts would become least probable. */
  prune(most: number): void {
    const used = new Float64Array(this.tokens.length);
    const { counts } = this.#pieces;
    for (let text = 0; text < counts.length; text++) this.#lattice.best(text, this.scores, -1, (id) => (used[id]! += counts[text]!));
    const sum = used.reduce((all, count) => all + count, 0);
    const losses = new Float64Array(this.tokens.length);
    const others: number[] = [];
    for (const [id, token] of this.tokens.entries()) {
      if (this.#alphabet.has(token)) {
        losses[id] = Number.POSITIVE_INFINITY;
        continue;
      }
      others.length = 0;
      if (used[id] === 0) losses[id] = Number.NEGATIVE_INFINITY;
      else if (!this.#own.best(this.#texts[id]!, this.scores, id, (other) => others.push(other))) losses[id] = Number.POSITIVE_INFINITY;
      else {
        const count = used[id]!;
        const total = Math.log(sum + count * (others.length - 1));
        const instead = others.reduce((log, other) => log + Math.log(used[other]! + count) - total, 0);
        losses[id] = (count / sum) * (Math.log(count) - Math.log(sum) - instead);
      }
    }
    this.keep(first(losses, most));
  }

  /** The alphabet and the most probable others, `most` together, the most probable first. */
  byScore(most: number): number[] {
    const ranks = this.scores.map((score, id) => (this.#alphabet.has(this.tokens[id]!) ? Number.POSITIVE_INFINITY : score));
    return first(ranks, most).sort((one, other) => this.scores[other]! - this.scores[one]! || one - other);
  }

  /** Keeps the listed tokens, in the order of the list. */
  keep(ids: readonly number[]): void {
    const fresh = new Int32Array(this.tokens.length).fill(-1);
    ids.forEach((id, at) => {
      fresh[id] = at;
    });
    this.#lattice.renumber(fresh);
    this.#own.renumber(fresh);
    this.tokens = ids.map((id) => this.tokens[id]!);
    this.scores = Float64Array.from(ids, (id) => this.scores[id]!);
    this.#texts = Int32Array.from(ids, (id) => this.#texts[id]!);
  }
}

/** The ids of the `most` highest values, in their order; of equals the first. */
const first = (values: Float64Array, most: number): number[] => {
  const ids = Array.from(values.keys());
  if (ids.length <= most) return ids;
  const bound = values.slice().sort().at(-most)!;
  let ties = most - values.reduce((sum, value) => sum + (value > bound ? 1 : 0), 0);
  return ids.filter((id) => values[id]! > bound || (values[id] === bound && ties-- > 0));
};

/** What may become a token: substrings and whole pieces, those of the most text first. */
const seedsOf = (pieces: Pieces, longest: number, allowed: (text: string) => boolean) => {
  const found = new Map<string, number>();
  pieces.texts.forEach((text, i) => {
    if (text.length > 1 && text.length <= longest && pieces.counts[i]! >= 2) found.set(text, pieces.counts[i]!);
  });
  for (const { text, count } of substrings(pieces, longest)) found.set(text, count);
  const seeds = Array.from(found, ([text, count]) => ({ text, count })).filter(({ text }) => allowed(text));
  const kept = first(
    Float64Array.from(seeds, ({ text, count }) => count * text.length),
    MOST_SEEDS,
  );
  return kept.map((i) => seeds[i]!);
};

/** The derivative of the logarithm of the gamma function, by its asymptotic series (Bernardo 1976). */
const digamma = (value: number): number => {
  let x = value;
  let result = 0;
  for (; x < 7; x++) result -= 1 / x;
  x -= 0.5;
  const inverse = 1 / (x * x);
  return result + Math.log(x) + inverse * (1 / 24 - inverse * (7 / 960 - inverse * (31 / 8064 - (inverse * 127) / 30720)));
};
