import { errors } from '../errors.ts';
import { callerLine } from '../graph/caller.ts';
import { isFloat } from '../graph/dtype.ts';
import { apply1, type Node, type Op } from '../graph/node.ts';
import { isStatic, type Shape, sizeOf } from '../graph/shape.ts';
import { divide, multiply, square, subtract } from './arithmetic.ts';
import { cast, equal } from './compare.ts';
import { axisOf } from './define.ts';
import { stopGradient } from './flow.ts';
import { columnSums } from './linear.ts';
import { expandTo, reshape } from './shape.ts';

/** Which axes to reduce (all, unless told), and whether they stay as lengths of 1. */
export interface Reduction {
  readonly axes?: readonly number[];
  readonly keep?: boolean;
}

interface Attributes {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

type Rule = (g: Node, x: Node, y: Node, count: number) => Node | undefined;

/** The shape with the reduced axes left in as 1, through which a gradient broadcasts back. */
const kept = (shape: Shape, axes: readonly number[]): Shape => shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

const reduction = (name: string, derivative: Rule): ((x: Node, how?: Reduction) => Node) => {
  const op: Op<Attributes> = {
    name,
    infer: ([x], { axes, keep }, refuse) => {
      for (const axis of axes) axisOf(axis, x.shape.length, refuse);
      if (new Set(axes).size < axes.length) refuse('an axis is named twice');
      const shape = keep ? kept(x.shape, axes) : x.shape.filter((_, axis) => !axes.includes(axis));
      return [{ dtype: x.dtype, shape }];
    },
    // from opset 13 the axes of ReduceSum are an input, those of its likes an attribute until opset 18
    onnx: (emit, [x], { attributes: { axes, keep } }) =>
      name === 'ReduceSum'
        ? emit.node(name, [x, emit.ints(axes)], { keepdims: keep ? 1 : 0 })
        : emit.node(name, [x], { axes, keepdims: keep ? 1 : 0 }),
    derivative: ({ inputs: [x], outputs: [y], attributes: { axes } }, g) => {
      const shape = kept(x.shape, axes);
      const count = Number(sizeOf(axes.map((axis) => x.shape[axis]!)));
      if (name === 'ReduceMean' && Number.isNaN(count)) throw errors.TOOLKIT_NAMED('the derivative of a mean', x.shape, callerLine());
      return [derivative(reshape(g, shape), x, reshape(y, shape), count)];
    },
  };
  return (x, { axes = x.shape.map((_, axis) => axis), keep = false } = {}) => {
    const counted = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)).sort((a, b) => a - b);
    return counted.length === 0 ? x : apply1(op, [x], { axes: counted, keep });
  };
};

/** The sum over axes. */
export const sum = reduction('ReduceSum', (g, x) => expandTo(g, x.shape));

/** The mean over axes. */
export const mean = reduction('ReduceMean', (g, x, _, count) => expandTo(multiply(g, 1 / count), x.shape));

/** The sum of squares over axes. */
export const sumOfSquares = reduction('ReduceSumSquare', (g, x) => multiply(multiply(g, 2), x));

const largest: Rule = (g, x, y) => multiply(g, shareOf(x, y));

/** 1 for the extreme element of each reduction; equals share. */
const shareOf = (x: Node, y: Node): Node => {
  const mask = stopGradient(cast(equal(x, y), x.dtype));
  const axes = y.shape.flatMap((dim, axis) => (dim === 1 && x.shape[axis] !== 1 ? [axis] : []));
  return axes.length === 0 ? mask : divide(mask, sum(mask, { axes, keep: true }));
};

/** The largest over axes; equals share its gradient. */
export const max = reduction('ReduceMax', largest);

/** The smallest over axes; equals share its gradient. */
export const min = reduction('ReduceMin', largest);

/** The mean square deviation from the mean over axes. */
export const variance = (x: Node, how: Reduction = {}): Node => mean(square(subtract(x, mean(x, { ...how, keep: true }))), how);

/** The opposite of broadcasting: summed over what was repeated. */
export const sumTo = (x: Node, shape: Shape): Node => {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dim, axis) => (axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : []));
  if (axes.length === 0) return x;
  const rows = axes.reduce((rows, axis) => rows * Number(x.shape[axis]), 1);
  const leading = axes.every((axis, at) => axis === at) && axes.length < x.shape.length;
  return reshape(
    leading && isFloat(x.dtype) && isStatic(x.shape) ? columnSums(reshape(x, [rows, -1])) : sum(x, { axes, keep: true }),
    shape,
  );
};
