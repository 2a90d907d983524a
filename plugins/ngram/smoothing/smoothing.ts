import type { TSchema } from 'typebox';
import type { Level } from '../trie.ts';

/** What a smoothing starts from: all n-grams in order, and how often each was read. */
export interface Counted {
  /** `logits` and `weights` are still to be written. */
  readonly levels: readonly Level[];
  /** How often each n-gram was read, level by level. */
  readonly counts: readonly Uint32Array[];
  /** Where the n-grams that begin with `start` and go on stand, level by level: nothing ever precedes those. */
  readonly opening: readonly (readonly [begin: number, end: number])[];
  /** The id that is never predicted; -1 where all are. */
  readonly silent: number;
}

/** Hears figures of each order as it comes to be known. */
export type Tell = (order: number, figures: Readonly<Record<string, number>>) => void;

/** One way from counts to probabilities: its name in a pipeline, its settings, its formula. */
export interface Smoothing<With = Readonly<Record<string, unknown>>> {
  readonly name: string;
  /** The schema of its `with`, and what stands where a setting is not given. */
  readonly settings: TSchema;
  readonly defaults: With;
  /** What an unseen continuation is left to. `shorter`: the next shorter context. `ids`: all ids, at once. */
  readonly falls: 'shorter' | 'ids';
  /** Writes each level's logits and, of contexts, weights. */
  estimate(counted: Counted, settings: With, tell: Tell): void;
}

/** How many ids can be predicted. */
export const predictable = ({ levels, silent }: Counted): number => levels[0]!.size - (silent < 0 ? 0 : 1);
