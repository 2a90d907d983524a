import {
  add,
  binaryCrossEntropy,
  cast,
  clamp,
  constant,
  crossEntropy,
  equal,
  exp,
  log,
  multiply,
  type Node,
  negate,
  oneHot,
  sigmoid,
  slice,
  softmax,
  softplus,
  subtract,
  sum,
  where,
} from '../../toolkit/index.ts';
import type { Layout } from '../layout.ts';
import { each } from './perceptron.ts';

/** What stands for ids [n, length] in a network: [n, length, inputs], levels from 0 to 1 or one-hot. */
export const represent = (ids: Node, { ordered, levels, length }: Layout): Node =>
  ordered ? each(multiply(cast(ids, 'float32'), 1 / (levels - 1)), length, 1) : oneHot(ids, levels);

/** The two parameters of a logistic, in ids, each [n, length]: the mean within the levels, the scale between a thousandth of their range and twice it. */
export const logistic = (outputs: Node, { levels, length }: Layout): { readonly mean: Node; readonly logScale: Node } => {
  const part = (at: number): Node => each(slice(outputs, 2, at, at + 1), length);
  const range = levels - 1;
  return {
    mean: multiply(sigmoid(part(0)), range),
    logScale: clamp(add(part(1), Math.log(range / 8)), Math.log(range / 1000), Math.log(range * 2)),
  };
};

/** What each row's ids cost under the decoder's outputs [n, length, outputs], in nats: [n]. Positions behind a row's end, where the mask is 0, cost nothing. */
export const reconstruction = (outputs: Node, ids: Node, mask: Node | undefined, layout: Layout): Node => {
  const prices = pricesOf(outputs, ids, layout);
  return sum(mask ? multiply(prices, mask) : prices, { axes: [1] });
};

/** [n, length] */
const pricesOf = (outputs: Node, ids: Node, layout: Layout): Node => {
  switch (layout.likelihood) {
    case 'bernoulli':
      return binaryCrossEntropy(each(outputs, layout.length), cast(ids, 'float32'));
    case 'categorical':
      return crossEntropy(outputs, ids);
    case 'logistic':
      return logisticPrices(outputs, ids, layout);
  }
};

/** −ln(σ(high) − σ(low)) of each level's borders; the first and the last level own all beyond. Salimans et al. (2017). */
const logisticPrices = (outputs: Node, ids: Node, layout: Layout): Node => {
  const { mean, logScale } = logistic(outputs, layout);
  const inverse = exp(negate(logScale));
  const offset = subtract(cast(ids, 'float32'), mean);
  const below = softplus(negate(multiply(add(offset, 0.5), inverse)));
  const above = softplus(multiply(subtract(offset, 0.5), inverse));
  const inner = subtract(add(below, above), log(subtract(1, exp(negate(inverse)))));
  const is = (id: number): Node => equal(ids, constant(id, [], 'int32'));
  return where(is(0), below, where(is(layout.levels - 1), above, inner));
};

/** What a position would be shown as: [n, length], levels from 0 to 1; of ids without order the probability of each: [n, length, levels]. */
export const expected = (outputs: Node, { likelihood, length, levels, ordered }: Layout): Node => {
  switch (likelihood) {
    case 'bernoulli':
      return sigmoid(each(outputs, length));
    case 'logistic':
      return multiply(logistic(outputs, { likelihood, length, levels, ordered, classes: 0 }).mean, 1 / (levels - 1));
    case 'categorical': {
      const shares = softmax(outputs);
      const ramp = constant(Array.from({ length: levels }, (_, level) => level / (levels - 1)));
      return ordered ? sum(multiply(shares, ramp), { axes: [2] }) : shares;
    }
  }
};
