import { constant } from '../graph/leaves.ts';
import { apply, apply1, type Node, type Op, type Refuse, type Type } from '../graph/node.ts';
import { isStatic, type Shape } from '../graph/shape.ts';
import { convTransposed } from './conv.ts';
import { scatterAdd } from './gather.ts';
import { matmul } from './linear.ts';
import { expandTo, reshape, transpose, unsqueeze } from './shape.ts';

/** A window that moves over the places of [batch, channels, ...places]. */
export interface Pooling {
  readonly size: number;
  /** Absent: the size, so that windows do not overlap. */
  readonly stride?: number;
  readonly padding?: number;
}

type Attributes = Required<Pooling>;

const pooled = ({ dtype, shape }: Node, { size, stride, padding }: Attributes, refuse: Refuse): Type => {
  const [batch, channels] = shape;
  const places: Shape = shape.slice(2);
  if (places.length === 0 || !isStatic(places)) return refuse('it takes [batch, channels, ...places] of fixed places');
  if (places.some((place) => place + 2 * padding < size) || padding * 2 > size) refuse(`a window of ${size} does not fit`);
  return { dtype, shape: [batch!, channels!, ...places.map((place) => Math.floor((place + 2 * padding - size) / stride) + 1)] };
};

const onnxAttributes = ({ size, stride, padding }: Attributes, axes: number): Record<string, readonly number[]> => {
  const each = (value: number): readonly number[] => new Array<number>(axes).fill(value);
  return { kernel_shape: each(size), strides: each(stride), pads: [...each(padding), ...each(padding)] };
};

const MAX_POOL: Op<Attributes> = {
  name: 'MaxPool',
  infer: ([x], attributes, refuse) => {
    const type = pooled(x, attributes, refuse);
    return [type, { ...type, dtype: 'int64' }];
  },
  onnx: (emit, inputs, { attributes, inputs: [x] }) => emit.nodes('MaxPool', 2, inputs, onnxAttributes(attributes, x.shape.length - 2)),
  derivative: ({ inputs: [x], outputs: [, winners] }, g) => {
    const zeros = reshape(expandTo(constant(0, [], x.dtype), x.shape), [-1]);
    return [reshape(scatterAdd(zeros, reshape(winners, [-1]), reshape(g, [-1]), 0), x.shape)];
  },
};

/** The largest in each window. */
export const maxPool = (x: Node, { size, stride = size, padding = 0 }: Pooling): Node =>
  apply(MAX_POOL, [x], { size, stride, padding })[0]!;

const AVERAGE_POOL: Op<Attributes> = {
  name: 'AveragePool',
  infer: ([x], attributes, refuse) => [pooled(x, attributes, refuse)],
  onnx: (emit, inputs, { attributes, inputs: [x] }) =>
    emit.node('AveragePool', inputs, { ...onnxAttributes(attributes, x.shape.length - 2), count_include_pad: 1 }),
  derivative: ({ inputs: [x], attributes: { size, stride, padding } }, g) => {
    const [, channels, ...places] = x.shape as readonly number[];
    const share = constant(1 / size ** places.length, [], x.dtype);
    const kernel = expandTo(share, [channels!, 1, ...places.map(() => size)]);
    return [
      convTransposed(g, kernel, {
        stride,
        padding,
        groups: channels!,
        extra: places.map((place) => (place + 2 * padding - size) % stride),
      }),
    ];
  },
};

/** The mean of each window, margins counted as zeros. */
export const averagePool = (x: Node, { size, stride = size, padding = 0 }: Pooling): Node =>
  apply1(AVERAGE_POOL, [x], { size, stride, padding });

/** Each place repeated so many times along each axis of [batch, channels, ...places]. */
export const upsample = (x: Node, factor: number): Node => {
  const [batch, channels, ...places] = x.shape as readonly number[];
  const apart = unsqueeze(x, ...places.map((_, axis) => 3 + 2 * axis));
  const wide = expandTo(apart, [batch!, channels!, ...places.flatMap((place) => [place, factor])]);
  return reshape(wide, [batch!, channels!, ...places.map((place) => place * factor)]);
};

/** Each axis of places stretched by linear interpolation between the middles of the cells. */
export const upsampleLinear = (x: Node, factor: number): Node => {
  const places = x.shape.slice(2) as readonly number[];
  return places.reduce((made, place, at) => {
    const axis = at + 2;
    const last = made.shape.length - 1;
    const order = made.shape.map((_, each) => (each === axis ? last : each === last ? axis : each));
    return transpose(matmul(transpose(made, order), interpolation(place, place * factor, x.dtype)), order);
  }, x);
};

/** [from, to]: how much of each old cell a new one takes. */
const interpolation = (from: number, to: number, dtype: Node['dtype']): Node => {
  const shares = new Float64Array(from * to);
  for (let cell = 0; cell < to; cell++) {
    const middle = Math.max(0, ((cell + 0.5) * from) / to - 0.5);
    const left = Math.min(Math.floor(middle), from - 1);
    shares[left * to + cell]! += 1 - (middle - left);
    shares[Math.min(left + 1, from - 1) * to + cell]! += middle - left;
  }
  return constant(shares, [from, to], dtype);
};
