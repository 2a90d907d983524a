import type { Batch } from '../data/tokens.ts';
import type { StepContext } from './step-context.ts';

/** Hidden values in the light of what each row remembers; a memory is a value that belongs to a row. */
export interface Attention<Hidden = unknown, Memory = unknown> {
  /** The memory given stays good, and may be attended to again; `undefined` is the memory of a row that read nothing. */
  attend(
    hidden: Hidden,
    memory: Batch<Memory | undefined>,
    context: StepContext,
  ): Promise<Attended<Hidden, Memory>> | Attended<Hidden, Memory>;
  /** The same row's memory without its last `tokens`; where it is missing the loop reads the kept ones again. */
  rewind?(memory: Memory, tokens: number): Memory;
  /** Called once for every memory that attend or rewind gave, when nobody will need it again. */
  release?(memory: Memory): void;
}

/** What attend answers: the hidden values to decode, and each row's memory from now on. */
export interface Attended<Hidden = unknown, Memory = unknown> {
  readonly hidden: Hidden;
  readonly memory: Batch<Memory | undefined>;
}
