import { parameter } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { conv as convolve, convTransposed as spread, type TransposedWindow, type Window } from '../ops/conv.ts';
import { kaiming } from './initial.ts';
import type { Layer, Weighted } from './linear.ts';

/** What a convolution is made of, beside its channels. */
interface Kernel extends Weighted {
  /** The size of the window: one number a place axis. */
  readonly size: readonly number[];
}

const layer = (
  name: string,
  shape: readonly number[],
  outputs: number,
  { bias = true, initial, through = (kernel) => kernel }: Kernel,
  apply: (x: Node, kernel: Node, bias?: Node) => Node,
): Layer => {
  const kernel = through(parameter(`${name}.weight`, shape, initial ?? kaiming(shape)));
  const shift = bias ? parameter(`${name}.bias`, [outputs], { fill: 0 }) : undefined;
  return (x) => apply(x, kernel, shift);
};

/** A convolution over as many axes as the window has: [batch, inputs, ...places] to [batch, outputs, ...places]. */
export const convLayer = (name: string, inputs: number, outputs: number, how: Kernel & Window): Layer =>
  layer(name, [outputs, inputs / (how.groups ?? 1), ...how.size], outputs, how, (x, kernel, bias) => convolve(x, kernel, how, bias));

/** A transposed convolution. */
export const convTransposedLayer = (name: string, inputs: number, outputs: number, how: Kernel & TransposedWindow): Layer =>
  layer(name, [inputs, outputs / (how.groups ?? 1), ...how.size], outputs, how, (x, kernel, bias) => spread(x, kernel, how, bias));
