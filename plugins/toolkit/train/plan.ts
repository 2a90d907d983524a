import type { Node } from '../graph/node.ts';
import type { Clipping } from '../optim/clip.ts';
import type { Optimizer, Update } from '../optim/optimizer.ts';

/** One thing to be learned: what is to become small, and how. */
export interface Plan {
  /** A scalar. */
  readonly loss: Node;
  readonly optimizer: Optimizer;
  /** What is learned; absent: every parameter that the loss depends on. */
  readonly parameters?: readonly Node[];
  /** Further scalars to report. */
  readonly metrics?: Readonly<Record<string, Node>>;
  /** Variables that change beside what is learned: running statistics of a norm. */
  readonly updates?: readonly Update[];
  readonly clip?: Clipping;
  /** How many batches make one step of the optimiser; their gradients are averaged. */
  readonly accumulate?: number;
  /** How much of a moving average of the weights is kept each step, such as 0.999, the first step being all of it; absent: none. Polyak and Juditsky (1992). */
  readonly average?: number;
}
