import { add, argMax, multiply, type Node, oneHot, softmax, straightThrough } from '../toolkit/index.ts';

/**
 * One id at each position, drawn by its logits [..., ids] with Gumbel noise of the same shape: ones and zeros forward,
 * the derivative of their softmax backward, `coolness` being 1 over its temperature (a scalar). Jang, Gu and Poole (2017).
 */
export const gumbelSoftmax = (logits: Node, gumbel: Node, coolness: Node): Node => {
  const cooled = multiply(add(logits, gumbel), coolness);
  return straightThrough(oneHot(argMax(cooled, -1), Number(logits.shape.at(-1)), logits.dtype), softmax(cooled));
};
