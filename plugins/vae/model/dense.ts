import { linear, type Node } from '../../toolkit/index.ts';
import { inputsOf, type Layout, outputsOf } from '../layout.ts';
import { beside, each, perceptron } from './perceptron.ts';

/** Between rows and the layer before the code, and back. */
export interface Trunk {
  /** [n, length, inputs], and what rows are conditioned on [n, classes], to [n, features]. */
  readonly down: (x: Node, given?: Node) => Node;
  readonly features: number;
  /** [n, reads] to [n, length, outputs]. */
  readonly up: (z: Node) => Node;
}

/** Dense layers of these widths, mirrored on the way back from `reads` numbers. Kingma and Welling (2014). */
export const dense = (layout: Layout, widths: readonly number[], reads: number): Trunk => {
  const [size, wide] = [layout.length * inputsOf(layout), layout.length * outputsOf(layout)];
  const down = perceptron('encoder', [size + layout.classes, ...widths]);
  const up = perceptron('decoder', [reads, ...widths.toReversed()]);
  const out = linear('decoder.out', widths[0] ?? reads, wide);
  return {
    down: (x, given) => down(beside(each(x, size), given)),
    features: widths.at(-1) ?? size + layout.classes,
    up: (z) => each(out(up(z)), layout.length, outputsOf(layout)),
  };
};
