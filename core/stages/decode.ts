import type { Prediction } from '../data/prediction.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import type { StepContext } from './step-context.ts';

/** Hidden values to what is predicted. */
export interface Decoder<Hidden = unknown> {
  /** Predicts after each row's last `positions` tokens (`whole`: the row); called once after every attend, with 0 where nothing is wanted, so that a lazy backend may do all its work here. */
  decode(hidden: Hidden, positions: readonly number[], context: StepContext): Promise<Prediction> | Prediction;
  /**
   * What each row's `targets` cost, in nats, after its last `targets.length` tokens; called instead of decode where only these are wanted.
   * For a backend that prices tokens more cheaply than it predicts all of them; agrees with decode.
   */
  price?(hidden: Hidden, targets: Batch<Tokens>, context: StepContext): Promise<Batch<Float64Array>> | Batch<Float64Array>;
}
