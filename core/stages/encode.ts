import type { Batch, Tokens } from '../data/tokens.ts';
import type { Run } from './run.ts';

/** Ids to hidden values. */
export interface Encoder<Hidden = unknown> {
  /** The most tokens a row may hold, `start` included; absent: no limit. */
  readonly context?: number;
  /** `fresh` is what each row reads now: one token, a prompt, or the whole row as it stands. May answer a handle that only `decode` opens. */
  encode(fresh: Batch<Tokens>, run: Run): Promise<Hidden> | Hidden;
}
