import { parameter, variable } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply, reciprocal, sqrt, square, subtract } from '../ops/arithmetic.ts';
import { alongChannels, groupNorm, layerNorm, rmsNorm, standardise } from '../ops/norm.ts';
import { reshape } from '../ops/shape.ts';
import type { Update } from '../optim/optimizer.ts';
import type { Layer } from './linear.ts';

const scaleOf = (name: string, width: number): Node => parameter(`${name}.weight`, [width], { fill: 1 });
const shiftOf = (name: string, width: number): Node => parameter(`${name}.bias`, [width], { fill: 0 });

/** Layer normalisation of the last axis. */
export const layerNormLayer = (name: string, width: number, { bias = true, epsilon = 1e-5 } = {}): Layer => {
  const [scale, shift] = [scaleOf(name, width), bias ? shiftOf(name, width) : undefined];
  return (x) => layerNorm(x, scale, shift, epsilon);
};

/** Root mean square normalisation of the last axis. */
export const rmsNormLayer = (name: string, width: number, { epsilon = 1e-6 } = {}): Layer => {
  const scale = scaleOf(name, width);
  return (x) => rmsNorm(x, scale, epsilon);
};

/** Group normalisation of channels. */
export const groupNormLayer = (name: string, channels: number, groups: number, { epsilon = 1e-5 } = {}): Layer => {
  const [scale, shift] = [scaleOf(name, channels), shiftOf(name, channels)];
  return (x) => groupNorm(x, groups, scale, shift, epsilon);
};

/** How a layer that keeps statistics is used: in training it adds their updates to a list, else it uses what they are. */
export interface Phase {
  readonly updates?: Update[];
}

/** Batch normalisation of channels, of [batch, channels] or [batch, channels, ...places]; keeps `name.running_mean` and `name.running_var`. Ioffe and Szegedy (2015). */
export const batchNormLayer = (
  name: string,
  channels: number,
  { epsilon = 1e-5, momentum = 0.1 } = {},
): ((x: Node, phase?: Phase) => Node) => {
  const [scale, shift] = [scaleOf(name, channels), shiftOf(name, channels)];
  const runningMean = variable(`${name}.running_mean`, [channels]);
  const runningVariance = variable(`${name}.running_var`, [channels], { fill: 1 });
  const towards = (variable: Node, seen: Node): Update => ({
    variable,
    next: add(multiply(variable, 1 - momentum), multiply(reshape(seen, [channels]), momentum)),
  });
  return (x, { updates } = {}) => {
    if (!updates) {
      const steepness = multiply(scale, reciprocal(sqrt(add(runningVariance, epsilon))));
      return add(multiply(x, alongChannels(steepness, x)), alongChannels(subtract(shift, multiply(runningMean, steepness)), x));
    }
    const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
    const count = axes.reduce((size, axis) => size * Number(x.shape[axis]), 1);
    const [normal, mean, inverse] = standardise(x, axes, epsilon);
    const variance = multiply(subtract(square(reciprocal(inverse)), epsilon), count / Math.max(1, count - 1)); // of the population, from that of the sample
    updates.push(towards(runningMean, mean), towards(runningVariance, variance));
    return add(multiply(normal, alongChannels(scale, x)), alongChannels(shift, x));
  };
};
