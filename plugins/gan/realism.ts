import { createRandom, type Evaluator, type Item, type LentModel, type Measures, type Tokens } from '../../core/index.ts';
import { DISCRIMINATE } from './encode.ts';
import { errors } from './errors.ts';

/** How real rows looked to the discriminator, by where they came from. */
export interface Scores {
  readonly generated: number[];
  readonly real: number[];
}

/** The discriminator of a trained GAN, as a judge of any backend's samples: raw matter is read again by the GAN's own tokenizer. */
export class Realism implements Evaluator<Scores> {
  readonly #reference: string;
  readonly #open: (reference: string) => Promise<LentModel>;
  #opened: Promise<LentModel> | undefined;

  constructor(reference: string, open: (reference: string) => Promise<LentModel>) {
    this.#reference = reference;
    this.#open = open;
  }

  /** Throws GAN_NO_JUDGE where the model is no GAN, and what is wrong with a row that the GAN cannot read. */
  async evaluate({ kind, raw, row }: Item, scores: Scores = { generated: [], real: [] }): Promise<Scores> {
    this.#opened ??= this.#open(this.#reference);
    const score = await this.#score((await this.#opened).tokenizer.tokenize(raw), row.given);
    scores[kind === 'generated' ? 'generated' : 'real'].push(score);
    return scores;
  }

  merge(first: Scores, second: Scores): Scores {
    return { generated: [...first.generated, ...second.generated], real: [...first.real, ...second.real] };
  }

  /** Mean scores, and how often a generated row looks more real than a real one: one half where nobody can tell. */
  report({ generated, real }: Scores): Measures {
    return {
      ...(generated.length > 0 && { generated_score: mean(generated) }),
      ...(real.length > 0 && { real_score: mean(real) }),
      ...(generated.length > 0 && real.length > 0 && { generated_above_real: above(generated, real) }),
    };
  }

  async #score(tokens: Tokens, given: Tokens | undefined): Promise<number> {
    const { prediction } = await (await this.#opened!).model.forward({
      inputIds: [tokens],
      memory: [undefined],
      positions: [tokens.length],
      random: [createRandom(0)],
      given: [given],
      task: [{ name: DISCRIMINATE }],
      signal: NEVER,
    });
    if (prediction.kind !== 'point' || !prediction.features) throw errors.GAN_NO_JUDGE(this.#reference);
    return prediction.features.data[0]!;
  }
}

const NEVER = new AbortController().signal;

const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length;

/** The share of pairs in which the first is greater, ties as half: Mann and Whitney's U over all pairs. */
const above = (first: readonly number[], second: readonly number[]): number => {
  const sorted = Float64Array.from(second).sort();
  /** How many of the second are below, or not above. */
  const below = (score: number, equal: boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < score || (equal && sorted[middle] === score)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return first.reduce((sum, score) => sum + (below(score, false) + below(score, true)) / 2, 0) / (first.length * second.length);
};
