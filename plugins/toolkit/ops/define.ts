import { isFloat } from '../graph/dtype.ts';
import { type Operand, operands } from '../graph/leaves.ts';
import { apply1, type Node, type Nodes, type Op, type Refuse, type Type } from '../graph/node.ts';
import { broadcastShapes, type Shape, sameShape } from '../graph/shape.ts';

/** No attributes. */
export const NONE = {};

/** The type that operands of one element type broadcast to. */
export const broadcast = (inputs: readonly Node[], refuse: Refuse): Type => {
  const { dtype } = inputs[0]!;
  if (inputs.some((input) => input.dtype !== dtype)) refuse('their element types differ; cast one');
  return {
    dtype,
    shape: broadcastOf(
      inputs.map((input) => input.shape),
      refuse,
    ),
  };
};

/** The shape that several broadcast to. */
export const broadcastOf = (shapes: readonly Shape[], refuse: Refuse): Shape =>
  shapes.reduce((a, b) => broadcastShapes(a, b) ?? refuse('these shapes do not broadcast together'));

/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number, refuse: Refuse): number => {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) refuse(`there is no axis ${axis} among ${rank}`);
  return axis < 0 ? axis + rank : axis;
};

const floats = (input: Node, refuse: Refuse): Node => (isFloat(input.dtype) ? input : refuse('it takes floating point numbers'));

/** A function of each element, that ONNX has; the derivative is told the gradient, x and y. */
export const unary = (name: string, derivative?: (g: Node, x: Node, y: Node) => Node | undefined): ((x: Node) => Node) => {
  const op: Op = {
    name,
    infer: ([x], _, refuse) => [floats(x, refuse)],
    onnx: (emit, inputs) => emit.node(name, inputs),
    ...(derivative && { derivative: ({ inputs: [x], outputs: [y] }, g) => [derivative(g, x, y)] }),
  };
  return (x) => apply1(op, [x], NONE);
};

/** A function of two, element by element with broadcasting; numbers are scalars. */
export const binary = (
  name: string,
  derivative?: (g: Node, a: Node, b: Node, y: Node) => readonly (Node | undefined)[],
): ((a: Operand, b: Operand) => Node) => {
  const op: Op = {
    name,
    infer: (inputs, _, refuse) => [broadcast(inputs, refuse)],
    onnx: (emit, inputs) => emit.node(name, inputs),
    ...(derivative && { derivative: ({ inputs: [a, b], outputs: [y] }, g) => derivative(g, a, b, y) }),
  };
  return (a, b) => apply1(op, lean(operands([a, b])), NONE);
};

/** Broadcasting does what an Expand of one operand would, where the other has its shape. */
const lean = ([a, b]: Nodes): Node[] => {
  if (a.call.op.name === 'Expand' && sameShape(a.shape, b.shape)) return [a.call.inputs[0]!, b];
  if (b.call.op.name === 'Expand' && sameShape(a.shape, b.shape)) return [a, b.call.inputs[0]!];
  return [a, b];
};

/** A comparison: true or false, element by element with broadcasting. */
export const comparison = (name: string): ((a: Operand, b: Operand) => Node) => {
  const op: Op = {
    name,
    infer: (inputs, _, refuse) => [{ ...broadcast(inputs, refuse), dtype: 'bool' }],
    onnx: (emit, inputs) => emit.node(name, inputs),
  };
  return (a, b) => apply1(op, operands([a, b]), NONE);
};
