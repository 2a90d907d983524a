import type { Static } from 'typebox';
import type { Evaluator, Item, Measures, Tokens } from '../../core/index.ts';
import { type Hash, HashIndex, hashOf } from './hash-index.ts';
import type { DiversityOptions } from './options.ts';
import { selfBleu } from './self-bleu.ts';

/** A row that self-BLEU may be taken over, and the hash by which it is chosen. */
interface Chosen extends Readonly<Hash> {
  readonly tokens: Tokens;
}

/** What was seen of generated rows and of those that were learned from. It grows with what it is given. */
export interface DiversityTally {
  tokens: number;
  /** The different n-grams, by n − 1. */
  readonly grams: readonly HashIndex[];
  /** The different generated rows, and how often each came. */
  readonly generated: HashIndex;
  readonly times: number[];
  readonly training: HashIndex;
  /** The rows with the smallest hashes, and some more: which they are depends on no order. */
  chosen: Chosen[];
}

/** How varied generated rows are, and how many are copies. Everything is counted in tokens as the tokenizer cuts them. */
export class Diversity implements Evaluator<DiversityTally> {
  readonly #n: number;
  readonly #rows: number;
  readonly #hash: Hash = { high: 0, low: 0 };

  constructor({ n, self_bleu_rows }: Static<typeof DiversityOptions>) {
    this.#n = n;
    this.#rows = self_bleu_rows;
  }

  evaluate(item: Item, tally: DiversityTally = this.#nothing()): DiversityTally {
    const { tokens } = item.row;
    const { high, low } = hashOf(tokens, 0, tokens.length, this.#hash);
    if (item.kind === 'training') tally.training.add(high, low);
    if (item.kind !== 'generated') return tally;
    tally.tokens += tokens.length;
    count(tally, high, low, 1);
    tally.chosen.push({ high, low, tokens });
    if (tally.chosen.length > 2 * this.#rows) tally.chosen = this.#smallest(tally.chosen);
    for (let n = 1; n <= this.#n; n++)
      for (let at = 0; at + n <= tokens.length; at++) {
        const gram = hashOf(tokens, at, at + n, this.#hash);
        tally.grams[n - 1]!.add(gram.high, gram.low);
      }
    return tally;
  }

  merge(first: DiversityTally, second: DiversityTally): DiversityTally {
    const both: DiversityTally = {
      tokens: first.tokens + second.tokens,
      grams: first.grams.map((index, n) => index.with(second.grams[n]!)),
      generated: new HashIndex(),
      times: [],
      training: first.training.with(second.training),
      chosen: this.#smallest([...first.chosen, ...second.chosen]),
    };
    for (const { generated, times } of [first, second])
      generated.forEach((high, low, number) => {
        count(both, high, low, times[number]!);
      });
    return both;
  }

  async report({ tokens, grams, generated, times, training, chosen }: DiversityTally): Promise<Measures> {
    const rows = times.reduce((a, b) => a + b, 0);
    if (rows === 0) return {};
    let copies = 0;
    generated.forEach((high, low, number) => {
      if (training.has(high, low)) copies += times[number]!;
    });
    const compared = this.#smallest(chosen);
    return {
      // Li et al. 2016: different n-grams in proportion to all tokens
      ...Object.fromEntries(grams.map(({ size }, n) => [`distinct_${n + 1}`, tokens === 0 ? 0 : size / tokens])),
      ...(compared.length > 1 && {
        self_bleu: await selfBleu(
          compared.map((row) => row.tokens),
          this.#n,
        ),
      }),
      unique_share: generated.size / rows,
      ...(training.size > 0 && { copied_share: copies / rows }),
    };
  }

  #nothing(): DiversityTally {
    const grams = Array.from({ length: this.#n }, () => new HashIndex());
    return { tokens: 0, grams, generated: new HashIndex(), times: [], training: new HashIndex(), chosen: [] };
  }

  #smallest(chosen: readonly Chosen[]): Chosen[] {
    return [...chosen].sort((a, b) => a.high - b.high || a.low - b.low).slice(0, this.#rows);
  }
}

const count = ({ generated, times }: Pick<DiversityTally, 'generated' | 'times'>, high: number, low: number, more: number): void => {
  const number = generated.add(high, low);
  times[number] = (times[number] ?? 0) + more;
};
