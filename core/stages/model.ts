import type { Prediction } from '../data/prediction.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import type { StepContext } from './step-context.ts';

/** One reading: what goes into encode, attend, decode. */
export interface ForwardInput extends StepContext {
  /** What each row reads now. */
  readonly inputIds: Batch<Tokens>;
  readonly memory: Batch<unknown>;
  /** How many of each row's last positions to predict after. */
  readonly positions: readonly number[];
}

/** What comes of it. */
export interface ForwardOutput {
  readonly prediction: Prediction;
  readonly memory: Batch<unknown>;
}

/** A reading whose outcome is known, and is to be priced. */
export interface PriceInput extends Omit<ForwardInput, 'positions'> {
  /** What follows each row's last tokens; as many prices come back. */
  readonly targets: Batch<Tokens>;
}

/** What each target costs, in nats. */
export interface PriceOutput {
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
  forward(reading: ForwardInput): Promise<ForwardOutput>;
  /** Present where the decoder prices. */
  price?(pricing: PriceInput): Promise<PriceOutput>;
  rewind?(memory: unknown, tokens: number): unknown;
  release?(memory: unknown): void;
}
