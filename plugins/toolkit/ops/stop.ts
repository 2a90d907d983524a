import { apply1, type Node, type Op } from '../graph/node.ts';
import { add, subtract } from './arithmetic.ts';

const STOP: Op = {
  name: 'StopGradient',
  infer: ([x]) => [x!],
  onnx: (emit, inputs) => emit.node('Identity', inputs),
  derivative: () => [undefined],
};

/** x, through which no gradient flows. */
export const stopGradient = (x: Node): Node => apply1(STOP, [x], {});

/** The value of `forward` with the derivative of `backward`: how rounding and arg max are trained through. Bengio, Léonard and Courville (2013). */
export const straightThrough = (forward: Node, backward: Node): Node => add(backward, stopGradient(subtract(forward, backward)));
