import type { Prediction } from '../data/prediction.ts';
import type { Random } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';
import type { Task } from './step-context.ts';

/** One thing asked for. It begins with one row, or with several where the sampler plays them against each other. */
export interface Request {
  /** What its rows hold at the start; never empty for a `next` backend. */
  readonly prompt: Batch<Row>;
  /** All its luck. */
  readonly random: Random;
  /** At most so many new tokens. */
  readonly limit: number;
  /** Any of them ends the request when said. */
  readonly stop?: readonly number[];
  /** At least so many new tokens: before, the sampler is shown a prediction in which no id of `stop` is possible. */
  readonly least?: number;
  /** The log-probabilities of what is said are told too, and of so many likeliest in its place. */
  readonly logprobs?: number;
  /** What is asked of the backend besides sampling. */
  readonly task?: Task;
  /** Aborted when its reader has left. */
  readonly signal?: AbortSignal;
}

/** Chooses, for one request, among what is predicted; it never sees its neighbours in a batch. */
export interface Sampler<State = unknown> {
  /** `all`: wants the prompt's every position predicted, not the last alone. */
  readonly reads?: 'last' | 'all';
  /** `rows` is what the request's rows have read so far, the prompt included. */
  sample(prediction: Prediction, rows: Batch<Tokens>, state: State | undefined, request: Request): Choice<State> | Promise<Choice<State>>;
  /** Called once with the last state, where a state holds something: a draft's memory. */
  release?(state: State): void;
}

/** What a sampler answers. */
export interface Choice<State = unknown> {
  /** What each row reads next; its number is the number of rows from now on. */
  readonly inputIds: Batch<Tokens>;
  /** Which row each one continues: reorders, repeats, drops; absent: its own. */
  readonly parents?: readonly number[];
  /** How many of the tokens just read each continued row takes back: rejected drafts. */
  readonly rollback?: readonly number[];
  /** What the request tells its reader now; absent: the first row's fresh tokens. */
  readonly emitted?: Tokens;
  /** Handed in again at the next step. */
  readonly state?: State;
  /** Nothing more will come; the loop also ends at any `stop`, at `limit`, and after a whole row's last round. */
  readonly done?: boolean;
}
