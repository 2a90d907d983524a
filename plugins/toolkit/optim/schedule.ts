import { constant } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, cos, divide, minimum, multiply, power, subtract } from '../ops/arithmetic.ts';
import { less, where } from '../ops/compare.ts';

/** The learning rate at a step, counted from 0: a scalar from a scalar. */
export type Schedule = (step: Node) => Node;

interface Warm {
  readonly rate: number;
  /** Steps over which the rate first rises in a line; step 0 has `rate / warmup`. */
  readonly warmup?: number;
}

interface Falling extends Warm {
  /** The step at which the lowest rate is reached. */
  readonly steps: number;
  /** The lowest rate. */
  readonly floor?: number;
}

const warmed = ({ rate, warmup = 0 }: Warm, then: (step: Node) => Node): Schedule => {
  if (warmup === 0) return then;
  return (step) => where(less(step, warmup), multiply(add(step, 1), rate / warmup), then(step));
};

/** How much of the fall is done, from 0 after the warm-up to 1. */
const progress = ({ steps, warmup = 0 }: Falling, step: Node): Node =>
  minimum(divide(subtract(step, warmup), Math.max(1, steps - warmup)), 1);

/** One rate throughout. */
export const constantRate = (how: Warm): Schedule => warmed(how, () => constant(how.rate));

/** In a line to the floor. */
export const linearDecay = (how: Falling): Schedule =>
  warmed(how, (step) => subtract(how.rate, multiply(progress(how, step), how.rate - (how.floor ?? 0))));

/** Along half a cosine to the floor. Loshchilov and Hutter (2017). */
export const cosineDecay = (how: Falling): Schedule =>
  warmed(how, (step) =>
    add(multiply(add(cos(multiply(progress(how, step), Math.PI)), 1), (how.rate - (how.floor ?? 0)) / 2), how.floor ?? 0),
  );

/** As 1/√step, from the end of the warm-up. Vaswani et al. (2017). */
export const inverseSquareRoot = (how: Warm & { readonly warmup: number }): Schedule =>
  warmed(how, (step) => multiply(power(divide(add(step, 1), how.warmup), -0.5), how.rate));

/** Up along half a cosine from `rate / 25` to the rate over the warm-up (0.3 of the steps, unless told), then down to a ten-thousandth of where it began. Smith and Topin (2018). */
export const oneCycle = ({ rate, steps, warmup = 0.3 * steps }: Falling): Schedule => {
  const between = (from: number, to: number, share: Node): Node =>
    add(multiply(add(cos(multiply(share, Math.PI)), 1), (from - to) / 2), to);
  const [start, end] = [rate / 25, rate / 25 / 1e4];
  const top = warmup - 1;
  return (step) => {
    const rising = between(start, rate, divide(step, Math.max(1, top)));
    const falling = between(rate, end, minimum(divide(subtract(step, top), Math.max(1, steps - 1 - top)), 1));
    return where(less(step, top), rising, falling);
  };
};
