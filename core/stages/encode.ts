import type { Batch, Tokens } from '../data/tokens.ts';
import type { StepContext } from './step-context.ts';

/** Ids to hidden values. */
export interface Encoder<Hidden = unknown> {
  /** The most tokens a row may hold, what it begins with included; absent: no limit. */
  readonly context?: number;
  /** The id that a row begins with by the model's own files, where neither tokenizer nor prompt has one. */
  readonly start?: number;
  /** Ids that end a row by the model's own files, besides the tokenizer's `stop`. */
  readonly stop?: readonly number[];
  /** `inputIds` is what each row reads now: one token, a prompt, or the whole row as it stands. May answer a handle that only `decode` opens. */
  encode(inputIds: Batch<Tokens>, context: StepContext): Promise<Hidden> | Hidden;
}
