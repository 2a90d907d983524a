import { apply, type Node, type Op } from '../graph/node.ts';
import { add, multiply, subtract } from './arithmetic.ts';
import { mean } from './reduce.ts';
import { reshape } from './shape.ts';

interface Attributes {
  readonly axes: readonly number[];
  readonly epsilon: number;
}

const kept = ({ dtype, shape }: Node, axes: readonly number[]) => ({
  dtype,
  shape: shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
});

const sizeOver = (x: Node, axes: readonly number[]): number => axes.reduce((size, axis) => size * Number(x.shape[axis]), 1);

const STANDARDISE: Op<Attributes> = {
  name: 'Standardise',
  infer: ([x], { axes }, refuse) => {
    if (Number.isNaN(sizeOver(x, axes))) refuse('what it standardises over must be of fixed length');
    return [x, kept(x, axes), kept(x, axes)];
  },
  onnx: (emit, [x], { inputs: [{ dtype, shape }], attributes: { axes, epsilon } }) => {
    const first = shape.length - axes.length;
    // the operator tells its statistics in single precision, whatever it is given
    if (dtype === 'float32' && axes.every((axis, at) => axis === first + at)) {
      const ones = emit.node('Expand', [emit.scalar(1, dtype), emit.shape(shape.slice(first))]);
      return emit.nodes('LayerNormalization', 3, [x, ones], { axis: first, epsilon: { float: epsilon } });
    }
    const middle = emit.node('ReduceMean', [x], { axes, keepdims: 1 });
    const deviation = emit.node('Sub', [x, middle]);
    const square = emit.node('ReduceMean', [emit.node('Mul', [deviation, deviation])], { axes, keepdims: 1 });
    const inverse = emit.node('Reciprocal', [emit.node('Sqrt', [emit.node('Add', [square, emit.scalar(epsilon, dtype)])])]);
    return [emit.node('Mul', [deviation, inverse]), middle, inverse];
  },
  derivative: ({ inputs: [x], outputs: [y, , inverse], attributes: { axes } }, g: Node | undefined, gMean, gInverse) => {
    const average = (node: Node): Node => mean(node, { axes, keep: true });
    const share = 1 / sizeOver(x, axes);
    const parts = [
      ...(g ? [multiply(subtract(subtract(g, average(g)), multiply(y, average(multiply(g, y)))), inverse)] : []),
      ...(gMean ? [multiply(gMean, share)] : []),
      ...(gInverse ? [multiply(y, multiply(multiply(gInverse, multiply(inverse, inverse)), -share))] : []),
    ];
    return [parts.reduce((a, b) => add(a, b))];
  },
};

/** x less its mean over axes, over its deviation √(variance + ε); with the mean, and 1 over the deviation, whose axes stay as 1. */
export const standardise = (x: Node, axes: readonly number[], epsilon = 1e-5): readonly [Node, Node, Node] => {
  const counted = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)).sort((a, b) => a - b);
  return apply(STANDARDISE, [x], { axes: counted, epsilon }) as unknown as readonly [Node, Node, Node];
};

const affine = (x: Node, scale: Node | undefined, shift: Node | undefined): Node => {
  const scaled = scale ? multiply(x, scale) : x;
  return shift ? add(scaled, shift) : scaled;
};

/** Standardised over the last axis, then scaled and shifted by [width]. Ba, Kiros and Hinton (2016). */
export const layerNorm = (x: Node, scale?: Node, shift?: Node, epsilon = 1e-5): Node =>
  affine(standardise(x, [-1], epsilon)[0], scale, shift);

const ROOT_MEAN_SQUARE: Op<{ readonly epsilon: number }> = {
  name: 'RmsNorm',
  infer: ([x]) => [x, kept(x, [x.shape.length - 1])],
  onnx: (emit, [x], { inputs: [{ dtype, shape }], attributes: { epsilon } }) => {
    const total = emit.node('ReduceSumSquare', [x], { axes: [-1], keepdims: 1 });
    const average = emit.node('Mul', [total, emit.scalar(1 / Number(shape.at(-1)), dtype)]);
    const inverse = emit.node('Reciprocal', [emit.node('Sqrt', [emit.node('Add', [average, emit.scalar(epsilon, dtype)])])]);
    return [emit.node('Mul', [x, inverse]), inverse];
  },
  derivative: ({ inputs: [x], outputs: [y, inverse] }, g: Node | undefined, gInverse) => {
    const average = (node: Node): Node => mean(node, { axes: [-1], keep: true });
    const share = 1 / Number(x.shape.at(-1));
    const parts = [
      ...(g ? [multiply(subtract(g, multiply(y, average(multiply(g, y)))), inverse)] : []),
      ...(gInverse ? [multiply(y, multiply(multiply(gInverse, multiply(inverse, inverse)), -share))] : []),
    ];
    return [parts.reduce((a, b) => add(a, b))];
  },
};

/** x over its root mean square along the last axis, then scaled by [width]. Zhang and Sennrich (2019). */
export const rmsNorm = (x: Node, scale?: Node, epsilon = 1e-6): Node =>
  affine(apply(ROOT_MEAN_SQUARE, [x], { epsilon })[0]!, scale, undefined);

/** A scale or shift of channels [channels], laid along axis 1 of x. */
export const alongChannels = (values: Node, x: Node): Node =>
  reshape(
    values,
    x.shape.map((_, axis) => (axis === 1 ? -1 : 1)),
  );

/** Standardised over groups of channels and all places of [batch, channels, ...places]. Wu and He (2018). */
export const groupNorm = (x: Node, groups: number, scale: Node, shift: Node, epsilon = 1e-5): Node => {
  const [normal] = standardise(reshape(x, [x.shape[0]!, groups, -1]), [-1], epsilon);
  return affine(reshape(normal, x.shape), alongChannels(scale, x), alongChannels(shift, x));
};
