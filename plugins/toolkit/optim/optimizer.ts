import { variable } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply } from '../ops/arithmetic.ts';
import type { Schedule } from './schedule.ts';

/** What a variable becomes when a step is taken. */
export interface Update {
  readonly variable: Node;
  readonly next: Node;
}

/** One parameter and what is known of it in this step. */
export interface Slope {
  /** The parameter's name, under which an optimiser keeps what it remembers of it. */
  readonly name: string;
  readonly parameter: Node;
  readonly gradient: Node;
  /** What `kindOf` says of it. */
  readonly kind?: string;
}

/** What one step shares among all parameters. */
export interface Moment {
  /** The learning rate, a scalar. */
  readonly rate: Node;
  /** The name of the training, that variables of the optimiser begin with. */
  readonly scope: string;
}

/** How parameters follow their gradients: a graph, like everything else. */
export interface Optimizer {
  readonly learningRate: Schedule | number;
  /** Parameters of one kind may come end to end as one vector: where each number follows by itself. Absent: each parameter comes alone. */
  kindOf?(name: string, parameter: Node): string;
  /** Called once for a step; what it returns is called for each parameter, and gives its next value and that of what is remembered of it. */
  step(moment: Moment): { readonly updates: readonly Update[]; readonly follow: (slope: Slope) => readonly Update[] };
}

/** The kinds of parameters that a rule tells apart by whether they decay. */
export const kindBy =
  (decays: (name: string, parameter: Node) => boolean) =>
  (name: string, parameter: Node): string =>
    decays(name, parameter) ? 'decaying' : 'kept';

/** 1 − βᵗ, kept as a number that only ever adds, so that its first values are exact: k ← βk + (1 − β). */
export const correction = (scope: string, beta: number): Update => {
  const before = variable(`${scope}/correction_${beta}`, []);
  return { variable: before, next: add(multiply(before, beta), 1 - beta) };
};
