import type { Evaluator, Item, Measures, Tokenizer } from '../../core/index.ts';

/** Sums over held-out rows. */
export interface LikelihoodTally {
  /** How many tokens had an id of their own, and what they cost. */
  readonly known: number;
  readonly knownNats: number;
  /** The same of the unknown token. */
  readonly unknown: number;
  readonly unknownNats: number;
  /** What rows cost beyond their tokens; anything makes the sum a bound. */
  readonly cost: number;
  /** How many bytes the rows have; NaN where one is no text. */
  readonly bytes: number;
}

const NOTHING: LikelihoodTally = { known: 0, knownNats: 0, unknown: 0, unknownNats: 0, cost: 0, bytes: 0 };

/** How well held-out rows were foreseen: nats a token, perplexity, bits a byte. A bound says so in its names. */
export class Likelihood implements Evaluator<LikelihoodTally> {
  readonly #stop: number | undefined;
  readonly #unknown: number | undefined;

  constructor({ stop, unknown }: Pick<Tokenizer, 'stop' | 'unknown'>) {
    this.#stop = stop;
    this.#unknown = unknown;
  }

  evaluate(item: Item, tally: LikelihoodTally = NOTHING): LikelihoodTally {
    if (item.kind !== 'scored') return tally;
    const { nats: prices, cost, raw } = item;
    const { tokens } = item.row;
    const first = tokens.length - prices.length; // a row of `next` has no price for its first token
    let unknown = 0;
    let knownNats = 0;
    let unknownNats = 0;
    for (let at = 0; at < prices.length; at++) {
      if (tokens[first + at] !== this.#unknown) knownNats += prices[at]!;
      else {
        unknown++;
        unknownNats += prices[at]!;
      }
    }
    const ends = this.#stop !== undefined && tokens.at(-1) === this.#stop;
    const bytes = typeof raw === 'string' ? bytesOf(raw, ends) : Number.NaN;
    return this.merge(tally, { known: prices.length - unknown, knownNats, unknown, unknownNats, cost, bytes });
  }

  merge(first: LikelihoodTally, second: LikelihoodTally): LikelihoodTally {
    return {
      known: first.known + second.known,
      knownNats: first.knownNats + second.knownNats,
      unknown: first.unknown + second.unknown,
      unknownNats: first.unknownNats + second.unknownNats,
      cost: first.cost + second.cost,
      bytes: first.bytes + second.bytes,
    };
  }

  report({ known, knownNats, unknown, unknownNats, cost, bytes }: LikelihoodTally): Measures {
    const tokens = known + unknown;
    if (tokens === 0) return { tokens };
    const nats = knownNats + unknownNats + cost;
    const of = cost === 0 ? '' : '_bound';
    return {
      [`nats_per_token${of}`]: nats / tokens,
      [`perplexity${of}`]: Math.exp(nats / tokens),
      ...(bytes > 0 && { [`bits_per_byte${of}`]: nats / Math.LN2 / bytes }),
      ...(this.#unknown !== undefined && {
        ...(cost === 0 && known > 0 && { perplexity_without_unknown: Math.exp(knownNats / known) }),
        unknown_share: unknown / tokens,
      }),
      tokens,
    };
  }
}

/** A text's bytes in UTF-8; where its end was priced and it has no line end itself, it was a line, and one byte more. */
const bytesOf = (text: string, ends: boolean): number => Buffer.byteLength(text) + (ends && !text.includes('\n') ? 1 : 0);
