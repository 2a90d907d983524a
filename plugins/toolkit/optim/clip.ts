import type { Node } from '../graph/node.ts';
import { add, clamp, divide, minimum, multiply, sqrt } from '../ops/arithmetic.ts';
import { sumOfSquares } from '../ops/reduce.ts';
import type { Optimizer, Slope, Update } from './optimizer.ts';

/** Bounds on gradients: of all of them together, as the length of one vector, or of each number. */
export interface Clipping {
  readonly norm?: number;
  readonly value?: number;
}

/** The length of all gradients as one vector. */
export const gradientNorm = (gradients: readonly Node[]): Node => sqrt(gradients.map((g) => sumOfSquares(g)).reduce((a, b) => add(a, b)));

/** Gradients within their bounds. Pascanu, Mikolov and Bengio (2013). */
export const clip = (gradients: readonly Node[], norm: Node, bounds: Clipping = {}): readonly Node[] => {
  const { norm: most, value } = bounds;
  const held = value === undefined ? gradients : gradients.map((g) => clamp(g, -value, value));
  if (most === undefined) return held;
  const scale = minimum(divide(most, add(value === undefined ? norm : gradientNorm(held), 1e-6)), 1);
  return held.map((g) => multiply(g, scale));
};

/** An optimiser whose parameters are held between −bound and bound after each step: a critic of Arjovsky, Chintala and Bottou (2017). */
export const heldWithin = (bound: number, optimizer: Optimizer): Optimizer => ({
  ...optimizer,
  step: (moment) => {
    const { updates, follow } = optimizer.step(moment);
    const hold = (slope: Slope): readonly Update[] =>
      follow(slope).map(({ variable, next }) => ({ variable, next: variable === slope.parameter ? clamp(next, -bound, bound) : next }));
    return { updates, follow: hold };
  },
});
