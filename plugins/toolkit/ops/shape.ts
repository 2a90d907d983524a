import { constant } from '../graph/leaves.ts';
import { apply, apply1, type Node, type Op } from '../graph/node.ts';
import { addDims, broadcastShapes, type Dim, divideDims, multiplyDims, printShape, type Shape, sameShape, sizeOf } from '../graph/shape.ts';
import { axisOf } from './define.ts';

const RESHAPE: Op<{ readonly shape: Shape }> = {
  name: 'Reshape',
  infer: ([x], { shape }, refuse) => {
    if (sizeOf(x.shape) !== sizeOf(shape)) refuse(`it cannot become ${printShape(shape)}`);
    return [{ dtype: x.dtype, shape }];
  },
  onnx: (emit, [x], { attributes: { shape } }) => emit.node('Reshape', [x, emit.shape(shape)]),
  derivative: ({ inputs: [x] }, g) => [reshape(g, x.shape)],
};

/** The same elements in another shape; one length may be −1, and is then whatever is left. */
export const reshape = (x: Node, shape: Shape): Node => {
  const rest = shape.indexOf(-1) < 0 ? undefined : divideDims(sizeOf(x.shape), multiplyDims(...shape.filter((dim) => dim !== -1)));
  const whole = rest === undefined ? shape : shape.map((dim) => (dim === -1 ? rest : dim));
  return sameShape(whole, x.shape) ? x : apply1(RESHAPE, [x], { shape: whole });
};

/** Lengths of 1 put in at these axes of the result. */
export const unsqueeze = (x: Node, ...axes: readonly number[]): Node => {
  const rank = x.shape.length + axes.length;
  const at = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (at.includes(axis) ? 1 : (rest.shift() ?? 1))),
  );
};

const TRANSPOSE: Op<{ readonly order: readonly number[] }> = {
  name: 'Transpose',
  infer: ([x], { order }, refuse) => {
    if ([...order].sort((a, b) => a - b).join() !== x.shape.map((_, axis) => axis).join())
      refuse(`[${order.join(', ')}] is no order of its axes`);
    return [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) }];
  },
  onnx: (emit, inputs, { attributes: { order } }) => emit.node('Transpose', inputs, { perm: order }),
  derivative: ({ attributes: { order } }, g) => [
    transpose(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
};

/** The axes in another order, reversed unless told; orders in a row become one. */
export const transpose = (x: Node, order: readonly number[] = x.shape.map((_, axis) => x.shape.length - 1 - axis)): Node => {
  const { op, inputs, attributes } = x.call;
  if ((op as unknown) !== TRANSPOSE)
    return order.every((axis, at) => axis === at) && order.length === x.shape.length ? x : apply1(TRANSPOSE, [x], { order });
  const before = (attributes as { readonly order: readonly number[] }).order;
  return order.length === before.length
    ? transpose(
        inputs[0]!,
        order.map((axis) => before[axis]!),
      )
    : apply1(TRANSPOSE, [x], { order });
};

/** The last two axes changed over: a matrix transposed, or many. */
export const swap = (x: Node): Node => transpose(x, swapOrder(x.shape.length));

/** The order of axes that changes over the last two. */
export const swapOrder = (rank: number): number[] =>
  Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));

const EXPAND: Op<{ readonly shape: Shape }> = {
  name: 'Expand',
  infer: ([x], { shape }, refuse) => {
    const wide = broadcastShapes(x.shape, shape);
    if (!wide || !sameShape(wide, shape)) refuse(`it does not broadcast to ${printShape(shape)}`);
    return [{ dtype: x.dtype, shape }];
  },
  onnx: (emit, [x], { attributes: { shape } }) => emit.node('Expand', [x, emit.shape(shape)]),
  derivative: (_, g) => [g],
};

/** Repeated along the axes where it is 1 and the shape is not. */
export const expandTo = (x: Node, shape: Shape): Node => (sameShape(x.shape, shape) ? x : apply1(EXPAND, [x], { shape }));

interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const SLICE: Op<SliceAttributes> = {
  name: 'Slice',
  infer: ([x], { axis, start, end, step }, refuse) => {
    const length = x.shape[axis];
    if (typeof length === 'number' && !(start >= 0 && start < end && end <= length))
      refuse(`${start} to ${end} is not within axis ${axis}`);
    const shape = x.shape.map((dim, at): Dim => (at === axis ? Math.ceil((end - start) / step) : dim));
    return [{ dtype: x.dtype, shape }];
  },
  onnx: (emit, [x], { attributes: { axis, start, end, step } }) =>
    emit.node('Slice', [x, ...[start, end, axis, step].map((value) => emit.ints([value]))]),
  derivative: ({ inputs: [x], attributes }, g) => [unslice(g, x.shape, attributes)],
};

/** `start` to `end` of an axis, every `step`-th; negative ones count from the end. */
export const slice = (x: Node, axis: number, start: number, end?: number, step = 1): Node => {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const length = x.shape[at];
  const place = (position: number): number => (position < 0 && typeof length === 'number' ? position + length : position);
  const [from, to] = [place(start), end === undefined ? Number(length) : place(end)];
  return from === 0 && to === length && step === 1 ? x : apply1(SLICE, [x], { axis: at, start: from, end: to, step });
};

/** Puts a slice back among zeros. */
const unslice = (g: Node, shape: Shape, { axis, start, end, step }: SliceAttributes): Node => {
  const spread = step === 1 ? g : interleave(g, axis, step, end - start);
  const margins = shape.map((dim, at): [number, number] => (at === axis ? [start, Number(dim) - end] : [0, 0]));
  return pad(spread, margins);
};

/** Elements `step` apart along an axis, zeros between, cut to a length. */
const interleave = (x: Node, axis: number, step: number, length: number): Node => {
  const wide = pad(
    unsqueeze(x, axis + 1),
    [...x.shape, 1].map((_, at): [number, number] => (at === axis + 1 ? [0, step - 1] : [0, 0])),
  );
  const flat = reshape(
    wide,
    x.shape.map((dim, at) => (at === axis ? Number(dim) * step : dim)),
  );
  return slice(flat, axis, 0, length);
};

const PAD: Op<{ readonly margins: readonly (readonly [number, number])[]; readonly fill: number }> = {
  name: 'Pad',
  infer: ([x], { margins }, refuse) => {
    if (margins.length !== x.shape.length) refuse('each axis needs its two margins');
    if (margins.flat().some((margin) => margin < 0)) refuse('a margin cannot be negative; slice instead');
    return [{ dtype: x.dtype, shape: x.shape.map((dim, axis) => addDims(dim, ...margins[axis]!)) }];
  },
  onnx: (emit, [x], { attributes: { margins, fill }, outputs: [{ dtype }] }) =>
    emit.node('Pad', [
      x,
      emit.ints([...margins.map(([before]) => before), ...margins.map(([, after]) => after)]),
      emit.scalar(fill, dtype),
    ]),
  derivative: ({ inputs: [x], attributes: { margins } }, g) => [
    margins.reduce((rest, [before], axis) => slice(rest, axis, before, before + Number(x.shape[axis])), g),
  ],
};

/** Margins before and after each axis, filled with one number. */
export const pad = (x: Node, margins: readonly (readonly [number, number])[], fill = 0): Node =>
  margins.flat().every((margin) => margin === 0) && margins.length === x.shape.length ? x : apply1(PAD, [x], { margins, fill });

const CONCAT: Op<{ readonly axis: number }> = {
  name: 'Concat',
  infer: (inputs, { axis }, refuse) => {
    const [first] = inputs;
    const at = axisOf(axis, first.shape.length, refuse);
    const others = (shape: Shape): Shape => shape.filter((_, position) => position !== at);
    if (inputs.some(({ dtype, shape }) => dtype !== first.dtype || !sameShape(others(shape), others(first.shape))))
      refuse(`they must agree but for axis ${axis}`);
    const length = addDims(...inputs.map(({ shape }) => shape[at]!));
    return [{ dtype: first.dtype, shape: first.shape.map((dim, position) => (position === at ? length : dim)) }];
  },
  onnx: (emit, inputs, { attributes: { axis } }) => emit.node('Concat', inputs, { axis }),
  derivative: ({ inputs, attributes: { axis } }, g) =>
    split(
      g,
      axis,
      inputs.map(({ shape }) => Number(shape[axis])),
    ),
};

/** One after another along an axis. */
export const concat = (parts: readonly Node[], axis: number): Node =>
  parts.length === 1 ? parts[0]! : apply1(CONCAT, parts, { axis: axis < 0 ? axis + (parts[0]?.shape.length ?? 0) : axis });

const SPLIT: Op<{ readonly axis: number; readonly lengths: readonly number[] }> = {
  name: 'Split',
  infer: ([x], { axis, lengths }, refuse) => {
    const whole = lengths.reduce((a, b) => a + b, 0);
    if (x.shape[axis] !== whole) refuse(`axis ${axis} does not divide into ${lengths.join(' + ')}`);
    return lengths.map((length) => ({ dtype: x.dtype, shape: x.shape.map((dim, at) => (at === axis ? length : dim)) }));
  },
  onnx: (emit, [x], { attributes: { axis, lengths } }) => emit.nodes('Split', lengths.length, [x, emit.ints(lengths)], { axis }),
  derivative: ({ outputs, attributes: { axis } }, ...gradients) => [
    concat(
      gradients.map((g, at) => g ?? zeros(outputs[at]!)),
      axis,
    ),
  ],
};

const zeros = ({ dtype, shape }: Node): Node => expandTo(constant(0, [], dtype), shape);

/** Parts of these lengths along an axis, or so many equal ones. */
export const split = (x: Node, axis: number, lengths: number | readonly number[]): readonly Node[] => {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const parts = typeof lengths === 'number' ? new Array<number>(lengths).fill(Number(x.shape[at]) / lengths) : lengths;
  return parts.length === 1 ? [x] : apply(SPLIT, [x], { axis: at, lengths: parts });
};
