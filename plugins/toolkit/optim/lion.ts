import { variable } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply, subtract } from '../ops/arithmetic.ts';
import { cast, greater, less } from '../ops/compare.ts';
import { kindBy, type Optimizer } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** Settings of Lion; the defaults are its paper's. */
export interface LionSettings {
  readonly learningRate: Schedule | number;
  readonly betas?: readonly [number, number];
  readonly weightDecay?: number;
  /** Which parameters decay; absent: those of two axes or more. */
  readonly decays?: (name: string, parameter: Node) => boolean;
}

/** The sign of a momentum, as the move: −1, 0 or 1. */
const direction = (x: Node): Node => subtract(cast(greater(x, 0), 'float32'), cast(less(x, 0), 'float32'));

/** Moves of one size, towards the sign of the momentum. Chen et al. (2023). */
export const lion = ({
  learningRate,
  betas: [b1, b2] = [0.9, 0.99],
  weightDecay = 0,
  decays = (_, { shape }) => shape.length > 1,
}: LionSettings): Optimizer => ({
  learningRate,
  kindOf: kindBy(weightDecay > 0 ? decays : () => false),
  step: ({ rate, scope }) => ({
    updates: [],
    follow: ({ name, kind, parameter, gradient }) => {
      const momentum = variable(`${scope}/momentum/${name}`, parameter.shape as readonly number[]);
      const sign = direction(add(multiply(momentum, b1), multiply(gradient, 1 - b1)));
      const move = kind === 'decaying' ? add(sign, multiply(parameter, weightDecay)) : sign;
      return [
        { variable: parameter, next: subtract(parameter, multiply(move, rate)) },
        { variable: momentum, next: add(multiply(momentum, b2), multiply(gradient, 1 - b2)) },
      ];
    },
  }),
});
