import { noise } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { multiply } from './arithmetic.ts';

/** x with a share of its elements left out, the others scaled up to make good; the mask is fed under `name` from the seeded generator. Srivastava et al. (2014). */
export const dropout = (name: string, x: Node, share: number): Node =>
  share === 0 ? x : multiply(x, multiply(noise(name, x.shape as readonly number[], { keep: 1 - share }, x.dtype), 1 / (1 - share)));
