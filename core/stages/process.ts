import type { Random } from '../data/random.ts';
import type { Tokens } from '../data/tokens.ts';

/** Where in a row the logits stand that are processed. */
export interface ProcessContext {
  /** The row up to there, its prompt included; of a `whole` row, the row as it stood before. */
  readonly tokens: Tokens;
  /** How many of them are its prompt. */
  readonly promptLength: number;
  /** Which position is predicted: `tokens.length`, but of a `whole` row each of its own. */
  readonly position: number;
  /** What the row is conditioned on. */
  readonly given?: Tokens | undefined;
  /** The request's own luck. */
  readonly random: Random;
}

/** Changes what is predicted before a sampler chooses: a logits processor. It never sees a neighbour in a batch. */
export interface Processor<State = unknown> {
  /**
   * Changes the logits of one position, [vocabulary], in place; −Infinity forbids an id.
   * What it answers is handed in again at the row's next position; `undefined` at the first, and after tokens were taken back, where it is made of `tokens` again.
   */
  process(logits: Float32Array, context: ProcessContext, state: State | undefined): State | undefined;
}
