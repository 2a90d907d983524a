import type { Static } from 'typebox';
import {
  add,
  cast,
  constant,
  exp,
  expandTo,
  greater,
  input,
  logSumExp,
  maximum,
  mean,
  multiply,
  type Node,
  noise,
  normalDivergence,
  reshape,
  square,
  subtract,
  sum,
  unsqueeze,
  variance,
} from '../../toolkit/index.ts';
import type { Layout } from '../layout.ts';
import { familyOf, type VaeOptions } from '../options.ts';
import { corrupt } from './corruption.ts';
import { reconstruction, represent } from './likelihood.ts';
import { networksOf } from './networks.ts';

/** The variance of a unit's posterior mean over rows from which on it counts as active. Burda et al. (2016). */
export const ACTIVE = 0.01;

/** What is to become small, and what is told of it: scalars, in nats a row. */
export interface Objective {
  readonly loss: Node;
  readonly metrics: Readonly<Record<'reconstruction' | 'divergence' | 'active_units', Node>>;
}

/** What graphs over rows are fed. */
export const rowInputs = (rows: number | string, { length, stop, classes }: Layout) => ({
  ids: input('ids', [rows, length], 'int32'),
  mask: stop === undefined ? undefined : input('mask', [rows, length]),
  given: classes === 0 ? undefined : input('given', [rows, classes]),
});

/** The objective of a batch of so many rows; of the family `vae` the weight of the divergence is fed as `beta`. */
export const objectiveOf = (settings: Static<typeof VaeOptions>, layout: Layout, rows: number): Objective => {
  const { ids, mask, given } = rowInputs(rows, layout);
  const { encode, decode } = networksOf(settings, layout);
  const family = familyOf(settings);
  const clean = represent(ids, layout);
  const { mean: centre, logVariance } = encode(settings.corruption ? corrupt(clean, settings.corruption) : clean, given);
  const active_units = sum(cast(greater(variance(centre, { axes: [0] }), ACTIVE), 'float32'));

  if (!logVariance) {
    const loss = mean(reconstruction(decode(centre, given), ids, mask, layout));
    return { loss, metrics: { reconstruction: loss, divergence: constant(0), active_units } };
  }
  const draws = family.use === 'importance_weighted' ? family.with.samples : 1;
  const again = (node: Node): Node => repeat(node, draws);
  const luck = noise('epsilon', [rows * draws, settings.latent]);
  const z = add(again(centre), multiply(luck, exp(multiply(again(logVariance), 0.5))));
  const prices = reconstruction(decode(z, given && again(given)), again(ids), mask && again(mask), layout);
  const byUnit = mean(normalDivergence(centre, logVariance), { axes: [0] });
  const metrics = { reconstruction: mean(prices), divergence: sum(byUnit), active_units };
  if (family.use === 'importance_weighted') {
    // ln p(x|z) + ln p(z) − ln q(z|x), where ln p(z) − ln q(z|x) = Σ (ε² − z² + ln σ²)/2
    const gain = multiply(sum(add(subtract(square(luck), square(z)), again(logVariance)), { axes: [1] }), 0.5);
    const weights = reshape(subtract(gain, prices), [rows, draws]);
    return { loss: mean(subtract(Math.log(draws), logSumExp(weights, 1))), metrics };
  }
  const free = family.use === 'vae' ? family.with.free_bits : 0;
  const paid = free > 0 ? sum(maximum(byUnit, free)) : metrics.divergence;
  return { loss: add(metrics.reconstruction, multiply(paid, input('beta', []))), metrics };
};

/** Each row so many times in a row: [n, …] to [n · times, …]. */
const repeat = (x: Node, times: number): Node => {
  if (times === 1) return x;
  const [rows, ...rest] = x.shape as readonly number[];
  return reshape(expandTo(unsqueeze(x, 1), [rows!, times, ...rest]), [rows! * times, ...rest]);
};
