import { type Initial, parameter } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { gather } from '../ops/gather.ts';
import { gemm } from '../ops/linear.ts';
import { reshape } from '../ops/shape.ts';
import { normalInitial } from './initial.ts';

/** A table of vectors, one for each id: `name.weight` [entries, width]. */
export interface Embedding {
  /** Ids [...] to vectors [..., width]. */
  (ids: Node): Node;
  /** Vectors [..., width] to one logit an entry [..., entries], by the same table: tied weights. Press and Wolf (2017). */
  readonly logits: (x: Node) => Node;
  readonly weight: Node;
}

/** An embedding. */
export const embedding = (name: string, entries: number, width: number, initial: Initial = normalInitial()): Embedding => {
  const weight = parameter(`${name}.weight`, [entries, width], initial);
  const logits = (x: Node): Node =>
    reshape(gemm(reshape(x, [-1, width]), weight, undefined, false, true), [...x.shape.slice(0, -1), entries]);
  return Object.assign((ids: Node) => gather(weight, ids), { logits, weight });
};
