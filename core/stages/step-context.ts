import type { Random } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';

/** What a request asks for besides plain sampling, as its backend declares: `{ name: 'interpolate', with: { … } }`. */
export interface Task {
  readonly name: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** All rows it is about, which the requests of one asking share: the ends of a path. */
  readonly rows?: Batch<Row>;
  /** Which of the samples asked for this is, from 0, and of how many: where on a path it stands. */
  readonly index?: number;
  readonly count?: number;
}

/** What a step leans on, row by row. */
export interface StepContext {
  /** The generator of the request each row belongs to. */
  readonly random: Batch<Random>;
  /** What each row is conditioned on, the same at every step. */
  readonly given: Batch<Tokens | undefined>;
  /** What each row is asked for; absent: plain sampling. */
  readonly task: Batch<Task | undefined>;
  /** Aborted when nobody waits for this step any more. */
  readonly signal: AbortSignal;
}
