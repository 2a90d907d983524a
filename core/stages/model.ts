import type { Prediction } from '../data/prediction.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import type { Run } from './run.ts';

/** One reading: what goes into encode, attend, decode. */
export interface Reading extends Run {
  /** What each row reads now. */
  readonly fresh: Batch<Tokens>;
  readonly memory: Batch<unknown>;
  /** How many of each row's last positions to predict after. */
  readonly positions: readonly number[];
}

/** What comes of it. */
export interface Read {
  readonly prediction: Prediction;
  readonly memory: Batch<unknown>;
}

/** A reading whose outcome is known, and is to be priced. */
export interface Pricing extends Omit<Reading, 'positions'> {
  /** What follows each row's last tokens; as many prices come back. */
  readonly targets: Batch<Tokens>;
}

/** What each target costs, in nats. */
export interface Priced {
  readonly nats: Batch<Float64Array>;
  readonly memory: Batch<unknown>;
}

/** Encode, attend and decode as one, with what the loop may do to a memory. */
export interface Model {
  /** The most tokens a row may hold; absent: no limit. */
  readonly context?: number;
  /** The id that a row begins with by the model's own files, where neither tokenizer nor prompt has one. */
  readonly start?: number;
  /** Ids that end a row by the model's own files, besides the tokenizer's `stop`. */
  readonly stop?: readonly number[];
  read(reading: Reading): Promise<Read>;
  /** Present where the decoder prices. */
  price?(pricing: Pricing): Promise<Priced>;
  rewind?(memory: unknown, tokens: number): unknown;
  release?(memory: unknown): void;
}
