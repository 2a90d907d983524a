import { add, argMax, log, multiply, type Node, negate, oneHot, softmax, straightThrough } from '../toolkit/index.ts';

/**
 * One id at each position, drawn by its logits [..., ids] with Gumbel noise made of `uniform` numbers of the same shape: ones and zeros forward,
 * the derivative of their softmax at a temperature (a scalar) backward. Jang, Gu and Poole (2017).
 */
export const gumbelSoftmax = (logits: Node, uniform: Node, reciprocalTemperature: Node): Node => {
  const inside = add(multiply(uniform, 1 - 2e-7), 1e-7); // the logarithms of 0 and of 1 have no use
  const disturbed = multiply(add(logits, negate(log(negate(log(inside))))), reciprocalTemperature);
  const soft = softmax(disturbed);
  return straightThrough(oneHot(argMax(disturbed, -1), Number(logits.shape.at(-1)), logits.dtype), soft);
};
