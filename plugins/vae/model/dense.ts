import { linear, type Node } from '../../toolkit/index.ts';
import { inputsOf, type Layout, outputsOf } from '../layout.ts';
import { bent, each } from './bent.ts';

/** Between rows and the layer before the code, and back. */
export interface Trunk {
  /** [n, length, inputs] to [n, features]. */
  readonly down: (x: Node) => Node;
  readonly features: number;
  /** [n, reads] to [n, length, outputs]. */
  readonly up: (z: Node) => Node;
}

/** Dense layers of these widths, mirrored on the way back from `reads` numbers. Kingma and Welling (2014). */
export const dense = (layout: Layout, widths: readonly number[], reads: number): Trunk => {
  const [size, wide] = [layout.length * inputsOf(layout), layout.length * outputsOf(layout)];
  const down = bent('encoder', [size, ...widths]);
  const up = bent('decoder', [reads, ...widths.toReversed()]);
  const out = linear('decoder.out', widths[0] ?? reads, wide);
  return {
    down: (x) => down(each(x, size)),
    features: widths.at(-1) ?? size,
    up: (z) => each(out(up(z)), layout.length, outputsOf(layout)),
  };
};
