import type { Batch, Tokens } from '../../core/index.ts';

/** The hidden values of a reading that has not been done yet: `decode` does it in one go. */
export interface Read {
  readonly fresh: Batch<Tokens>;
  /** The numbers of the memories that rows go on from, 0 where there are none; known once it was attended. */
  readonly memory?: readonly number[];
  /** The numbers of those that come of it. */
  readonly next?: readonly number[];
}

/** What a row remembers: the number of what the thread keeps. */
export interface Memory {
  readonly number: number;
}
