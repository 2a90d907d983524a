import { add, gradients, mean, multiply, type Node, noise, reshape, sqrt, square, subtract, sum, sumOfSquares } from '../toolkit/index.ts';

/** How steep a judgement is at each row: the squared length of its gradient there [batch]. */
const steepness = (judge: (x: Node) => Node, x: Node): Node => {
  const [slope] = gradients(sum(judge(x)), [x]);
  return sumOfSquares(slope!, { axes: x.shape.map((_, axis) => axis).slice(1) });
};

/** (|∇D| − 1)² at chance points between real and generated rows, their mean. Gulrajani et al. (2017). */
export const gradientPenalty = (judge: (x: Node) => Node, real: Node, fake: Node): Node => {
  const [batch, ...rest] = real.shape as readonly number[];
  const share = reshape(noise('between', [batch!], 'uniform'), [batch!, ...rest.map(() => 1)]);
  const between = add(fake, multiply(subtract(real, fake), share));
  return mean(square(subtract(sqrt(add(steepness(judge, between), 1e-12)), 1)));
};

/** ½|∇D|² at real rows, its mean. Mescheder, Geiger and Nowozin (2018). */
export const r1Penalty = (judge: (x: Node) => Node, real: Node): Node => multiply(mean(steepness(judge, real)), 0.5);
