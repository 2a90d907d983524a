import type { Row } from '../data/tokens.ts';

/** A fold over items, given as many at a time as the pipeline has; what it can use, its plugin declares. */
export interface Evaluator<Tally = unknown> {
  /** One more item. */
  evaluate(item: Item, tally: Tally | undefined): Tally | Promise<Tally>;
  /** The tally of two halves as one, in their order; where it is given, halves may be folded apart. */
  merge?(first: Tally, second: Tally): Tally;
  /** The tally as named numbers; a name says its unit: `bits_per_byte`. */
  report(tally: Tally): Measures | Promise<Measures>;
}

/** Named numbers. */
export type Measures = Readonly<Record<string, number>>;

/** What an evaluator is fed; `raw` is what the row spells (a text, a picture). */
export type Item =
  /** A row that was generated; `tokens` without start and stop. */
  | { readonly kind: 'generated'; readonly row: Row; readonly raw: unknown }
  /** A row that was learned from, for measures that look for copies. */
  | { readonly kind: 'training'; readonly row: Row; readonly raw: unknown }
  /** A held-out row, for measures that compare sets. */
  | { readonly kind: 'real'; readonly row: Row; readonly raw: unknown }
  /** A held-out row whose every token after the first has its price: `nats[i]` is that of `row.tokens[i + 1]`; of a `whole` row, of `row.tokens[i]`. */
  | { readonly kind: 'scored'; readonly row: Row; readonly raw: unknown; readonly nats: Float64Array; readonly cost: number };
