import { apply1, type Node, type Nodes, type Op, type Refuse, type Type } from '../graph/node.ts';
import { sum } from './reduce.ts';
import { reshape, slice, transpose } from './shape.ts';

/** The window of a convolution; one number stands for every axis. */
export interface Window {
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
}

/** The same of a transposed convolution; `extra` lengthens the output at its end, where several inputs lengths would fit. */
export interface TransposedWindow extends Window {
  readonly extra?: number | readonly number[];
}

interface Attributes {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  /** Of a transposed convolution. */
  readonly extra: readonly number[];
}

const each = (value: number | readonly number[] | undefined, axes: number, absent: number): readonly number[] =>
  typeof value === 'object' ? value : new Array<number>(axes).fill(value ?? absent);

const settle = ({ stride, padding, dilation, groups = 1, extra }: TransposedWindow, axes: number): Attributes => ({
  stride: each(stride, axes, 1),
  padding: each(padding, axes, 0),
  dilation: each(dilation, axes, 1),
  groups,
  extra: each(extra, axes, 0),
});

const onnxAttributes = ({ stride, padding, dilation, groups }: Attributes): Record<string, number | readonly number[]> => ({
  strides: stride,
  pads: [...padding, ...padding],
  dilations: dilation,
  group: groups,
});

const fits = ([x, weight]: Nodes, channels: number, refuse: Refuse): void => {
  if (x.shape.length < 3 || x.shape.length !== weight.shape.length)
    refuse('it takes [batch, channels, ...places] and a kernel of as many axes');
  if (x.shape[1] !== channels) refuse(`the kernel wants ${channels} channels`);
  if (x.dtype !== weight.dtype) refuse('their element types differ; cast one');
};

const outputOf = ([x, , bias]: Nodes, channels: number, places: readonly number[], refuse: Refuse): Type[] => {
  if (places.some((place) => place < 1)) refuse('the window is larger than its input');
  if (bias && bias.shape.join() !== String(channels)) refuse(`the bias must be [${channels}]`);
  return [{ dtype: x.dtype, shape: [x.shape[0]!, channels, ...places] }];
};

const CONV: Op<Attributes> = {
  name: 'Conv',
  infer: (inputs, { stride, padding, dilation, groups }, refuse) => {
    const [x, weight] = inputs;
    const [outputs, perGroup, ...window] = weight.shape as readonly number[];
    fits(inputs, perGroup! * groups, refuse);
    if (outputs! % groups !== 0) refuse(`${outputs} output channels do not divide into ${groups} groups`);
    const reach = (axis: number): number => dilation[axis]! * (window[axis]! - 1) + 1;
    const places = window.map((_, axis) => Math.floor((Number(x.shape[axis + 2]) + 2 * padding[axis]! - reach(axis)) / stride[axis]!) + 1);
    return outputOf(inputs, outputs!, places, refuse);
  },
  onnx: (emit, inputs, { attributes }) => emit.node('Conv', inputs, onnxAttributes(attributes)),
  derivative: ({ inputs: [x, weight], attributes }, g) => {
    const { stride, padding, dilation } = attributes;
    // what the strides left over at the end of the input comes back as extra length
    const extra = stride.map(
      (step, axis) => (Number(x.shape[axis + 2]) + 2 * padding[axis]! - dilation[axis]! * (Number(weight.shape[axis + 2]) - 1) - 1) % step,
    );
    return [convTransposed(g, weight, { ...attributes, extra }), kernelGradient(x, g, weight, attributes), channelSums(g)];
  },
};

const CONV_TRANSPOSED: Op<Attributes> = {
  name: 'ConvTranspose',
  infer: (inputs, { stride, padding, dilation, groups, extra }, refuse) => {
    const [x, weight] = inputs;
    const [channels, perGroup, ...window] = weight.shape as readonly number[];
    fits(inputs, channels!, refuse);
    const places = window.map(
      (size, axis) =>
        (Number(x.shape[axis + 2]) - 1) * stride[axis]! - 2 * padding[axis]! + dilation[axis]! * (size - 1) + 1 + extra[axis]!,
    );
    return outputOf(inputs, perGroup! * groups, places, refuse);
  },
  onnx: (emit, inputs, { attributes }) =>
    emit.node('ConvTranspose', inputs, { ...onnxAttributes(attributes), output_padding: attributes.extra }),
  derivative: ({ inputs: [x, weight], attributes }, g) => [
    conv(g, weight, attributes),
    kernelGradient(g, x, weight, attributes),
    channelSums(g),
  ],
};

/**
 * The gradient of the kernel that takes `wide` to `narrow`: a convolution of the one by the other, the batch summed as channels are,
 * stride and dilation changing places.
 */
const kernelGradient = (wide: Node, narrow: Node, kernel: Node, { stride, padding, dilation, groups }: Attributes): Node => {
  const [batch, channels] = wide.shape as readonly number[];
  const perGroup = channels! / groups;
  const places = (x: Node): readonly number[] => x.shape.slice(2) as readonly number[];
  // channels of a group become the batch, the groups' batches the channels: [channels/groups, groups·batch, ...places]
  const grouped =
    groups === 1
      ? turn(wide)
      : reshape(transpose(reshape(wide, [batch!, groups, perGroup, ...places(wide)]), order(wide, [2, 1, 0])), [
          perGroup,
          groups * batch!,
          ...places(wide),
        ]);
  const full = conv(grouped, turn(narrow), { stride: dilation, dilation: stride, padding, groups });
  const cut = places(kernel).reduce((rest, size, axis) => slice(rest, axis + 2, 0, size), full);
  return turn(cut);
};

/** The gradient of a bias. */
const channelSums = (g: Node): Node => sum(g, { axes: g.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])) });

/** Batch and channels changed over. */
const turn = (x: Node): Node =>
  transpose(
    x,
    x.shape.map((_, axis) => (axis < 2 ? 1 - axis : axis)),
  );

const order = (x: Node, first: readonly number[]): number[] => [...first, ...x.shape.slice(2).map((_, axis) => axis + first.length)];

/** Each place of the output from a window of the input: x [batch, in, ...places], kernel [out, in/groups, ...window], bias [out]. */
export const conv = (x: Node, kernel: Node, window: Window = {}, bias?: Node): Node =>
  apply1(CONV, bias ? [x, kernel, bias] : [x, kernel], settle(window, x.shape.length - 2));

/** The other way round, each place of the input spread over a window: x [batch, in, ...places], kernel [in, out/groups, ...window], bias [out]. */
export const convTransposed = (x: Node, kernel: Node, window: TransposedWindow = {}, bias?: Node): Node =>
  apply1(CONV_TRANSPOSED, bias ? [x, kernel, bias] : [x, kernel], settle(window, x.shape.length - 2));
