import { type Initial, parameter } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { affine } from '../ops/linear.ts';
import { kaiming } from './initial.ts';

/** A function of tensors that holds parameters; two calls share them. */
export type Layer = (x: Node) => Node;

/** What a layer does about its weight. */
export interface Weighted {
  readonly bias?: boolean;
  readonly initial?: Initial;
  /** What becomes of the weight before it is used: spectral normalisation. */
  readonly through?: (weight: Node) => Node;
}

/** x·w + b: rows [..., inputs] to [..., outputs]; the parameters are `name.weight` [inputs, outputs] and `name.bias`. */
export const linear = (
  name: string,
  inputs: number,
  outputs: number,
  { bias = true, initial, through = (weight) => weight }: Weighted = {},
): Layer => {
  const weight = through(parameter(`${name}.weight`, [inputs, outputs], initial ?? kaiming([inputs, outputs], 1)));
  const shift = bias ? parameter(`${name}.bias`, [outputs], { fill: 0 }) : undefined;
  return (x) => affine(x, weight, shift);
};
