import { constant, variable } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, divide, multiply, sqrt, square, subtract } from '../ops/arithmetic.ts';
import { correction, kindBy, type Moment, type Optimizer } from './optimizer.ts';
import type { Schedule } from './schedule.ts';

/** Settings of Adam; the defaults are its paper's. */
export interface AdamSettings {
  readonly learningRate: Schedule | number;
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
}

/** Settings of AdamW. */
export interface AdamWSettings extends AdamSettings {
  readonly weightDecay?: number;
  /** Which parameters decay; absent: those of two axes or more, so neither biases nor norms. */
  readonly decays?: (name: string, parameter: Node) => boolean;
}

const adamLike = (
  { learningRate, betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8 }: AdamSettings,
  kindOf: (name: string, parameter: Node) => string,
  shrink: (moment: Moment) => (parameter: Node, kind?: string) => Node,
): Optimizer => ({
  learningRate,
  kindOf,
  step: (moment) => {
    const { rate, scope } = moment;
    const first = correction(scope, b1);
    const second = correction(b1 === b2 ? `${scope}/second` : scope, b2);
    // with M = m/(1 − β₁) and V = v/(1 − β₂): α·m̂/(√v̂ + ε) = pace·M/(√V + margin)
    const spread = sqrt(divide(1 - b2, second.next));
    const pace = divide(multiply(rate, 1 - b1), multiply(first.next, spread));
    const margin = divide(epsilon, spread);
    const shrunk = shrink(moment);
    return {
      updates: [first, second],
      follow: ({ name, kind, parameter, gradient }) => {
        const m = variable(`${scope}/first/${name}`, parameter.shape as readonly number[]);
        const v = variable(`${scope}/second/${name}`, parameter.shape as readonly number[]);
        const nextM = add(multiply(m, b1), gradient);
        const nextV = add(multiply(v, b2), square(gradient));
        const move = multiply(divide(nextM, add(sqrt(nextV), margin)), pace);
        return [
          { variable: parameter, next: subtract(shrunk(parameter, kind), move) },
          { variable: m, next: nextM },
          { variable: v, next: nextV },
        ];
      },
    };
  },
});

/** Adam. Kingma and Ba (2015). */
export const adam = (settings: AdamSettings): Optimizer =>
  adamLike(
    settings,
    () => 'all',
    () => (parameter) => parameter,
  );

/** Adam whose weight decay does not pass through its moments. Loshchilov and Hutter (2019). */
export const adamW = ({ weightDecay = 0.01, decays = (_, { shape }) => shape.length > 1, ...settings }: AdamWSettings): Optimizer =>
  adamLike(settings, kindBy(weightDecay > 0 ? decays : () => false), ({ rate }) => {
    const kept = subtract(constant(1), multiply(rate, weightDecay));
    return (parameter, kind) => (kind === 'decaying' ? multiply(parameter, kept) : parameter);
  });
