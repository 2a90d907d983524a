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

interface Flow {
  readonly rule: (g: Node) => Node;
}

const FLOW: Op<Flow> = {
  name: 'WithGradient',
  infer: ([value]) => [value!],
  onnx: (_, [value]) => value,
  derivative: ({ attributes: { rule } }, g) => [undefined, rule(g)],
};

/** A value made of `from`, whose gradient a rule of its own takes back there: where that is known to be cheaper than what would be derived. */
export const withGradient = (value: Node, from: Node, rule: (g: Node) => Node): Node => apply1(FLOW, [value, from], { rule });
