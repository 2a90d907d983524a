import { variable } from '../graph/leaves.ts';
import { add, divide, multiply, sqrt, square, subtract } from '../ops/arithmetic.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** Settings of stochastic gradient descent. */
export interface SgdSettings {
  readonly learningRate: Schedule | number;
  /** How much of the last move is kept. */
  readonly momentum?: number;
  /** Whether the slope is taken where the move leads, not where it starts. Nesterov (1983). */
  readonly nesterov?: boolean;
}

/** Stochastic gradient descent: v ← µv + g, p ← p − αv. */
export const sgd = ({ learningRate, momentum = 0, nesterov = false }: SgdSettings): Optimizer => ({
  learningRate,
  kindOf: () => 'all',
  step: ({ rate, scope }) => ({
    updates: [],
    follow: ({ name, parameter, gradient }) => {
      if (momentum === 0) return [{ variable: parameter, next: subtract(parameter, multiply(gradient, rate)) }];
      const velocity = variable(`${scope}/velocity/${name}`, parameter.shape as readonly number[]);
      const next = add(multiply(velocity, momentum), gradient);
      const move = nesterov ? add(gradient, multiply(next, momentum)) : next;
      return [
        { variable: parameter, next: subtract(parameter, multiply(move, rate)) },
        { variable: velocity, next },
      ];
    },
  }),
});

/** Settings of RMSprop. */
export interface RmsPropSettings {
  readonly learningRate: Schedule | number;
  /** How much of the mean square of gradients is kept. */
  readonly decay?: number;
  readonly epsilon?: number;
}

/** Each gradient over the root of its own mean square. Hinton (2012, lecture 6e). */
export const rmsProp = ({ learningRate, decay = 0.99, epsilon = 1e-8 }: RmsPropSettings): Optimizer => ({
  learningRate,
  kindOf: () => 'all',
  step: ({ rate, scope }) => ({
    updates: [],
    follow: ({ name, parameter, gradient }) => {
      const mean = variable(`${scope}/square/${name}`, parameter.shape as readonly number[]);
      const next = add(multiply(mean, decay), multiply(square(gradient), 1 - decay));
      const move = divide(gradient, add(sqrt(next), epsilon));
      return [
        { variable: parameter, next: subtract(parameter, multiply(move, rate)) },
        { variable: mean, next },
      ];
    },
  }),
});
