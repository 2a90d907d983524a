import { errors } from '../errors.ts';
import { callerLine } from './caller.ts';
import { arrayOf, DTYPES, type DType, isFloat, type Value, type Values } from './dtype.ts';
import { apply1, type Call, type Node, type Nodes, type Op } from './node.ts';
import type { Shape } from './shape.ts';

/** How the numbers of a fed noise tensor are drawn: standard normal, uniform in [0, 1), −ln(−ln u) as arg max draws with (Gumbel), or kept with a probability (1 where kept, else 0). */
export type Noise = 'normal' | 'uniform' | 'gumbel' | { readonly keep: number };

interface InputAttributes {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly noise?: Noise;
}

/** How a fresh variable is filled, said as data so that the thread that holds it can do it; `copy` names another variable whose filling it shares. */
export type Initial =
  | { readonly draw: 'normal'; readonly deviation: number }
  | { readonly draw: 'uniform'; readonly bound: number }
  | { readonly draw: 'orthogonal'; readonly gain: number }
  | { readonly fill: number }
  | { readonly copy: string };

interface VariableAttributes {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly initial: Initial;
  /** Whether it is learned; else it is state that the graph itself keeps, such as a moving average. */
  readonly learned: boolean;
}

const INPUT: Op<InputAttributes> = {
  name: 'input',
  infer: (_, { dtype, shape }) => [{ dtype, shape }],
  onnx: (emit, _, { attributes: { name, dtype, shape } }) => emit.input(name, { dtype, shape }),
};

const VARIABLE: Op<VariableAttributes> = {
  name: 'variable',
  infer: (_, { dtype, shape }) => [{ dtype, shape }],
  onnx: (emit, _, { attributes: { name, dtype, shape } }) => emit.variable(name, { dtype, shape }),
};

const CONSTANT: Op<{ readonly value: Value; readonly dtype: DType }> = {
  name: 'constant',
  infer: (_, { value, dtype }) => [{ dtype, shape: value.dims }],
  onnx: (emit, _, { attributes: { value, dtype } }) => emit.constant(dtype, value),
};

/** What is fed when the graph runs. */
export const input = (name: string, shape: Shape, dtype: DType = 'float32'): Node => apply1(INPUT, [], { name, shape, dtype });

/** Random numbers that whoever runs the graph draws from its seeded generator and feeds. */
export const noise = (name: string, shape: readonly number[], noise: Noise = 'normal', dtype: DType = 'float32'): Node =>
  apply1(INPUT, [], { name, shape, dtype, noise });

/** What a training learns; lives from step to step under its name. */
export const parameter = (name: string, shape: readonly number[], initial: Initial, dtype: DType = 'float32'): Node =>
  apply1(VARIABLE, [], { name, shape, dtype, initial, learned: true });

/** What a training keeps but does not learn: a moving average, a counter. */
export const variable = (name: string, shape: readonly number[], initial: Initial = { fill: 0 }, dtype: DType = 'float32'): Node =>
  apply1(VARIABLE, [], { name, shape, dtype, initial, learned: false });

/** Numbers that are part of the graph. */
export const constant = (data: number | readonly number[] | Values, dims?: readonly number[], dtype: DType = 'float32'): Node => {
  const values = typeof data === 'number' ? [data] : data;
  const shape = dims ?? (typeof data === 'number' ? [] : [values.length]);
  const array = ArrayBuffer.isView(values) && values instanceof DTYPES[dtype].array ? values : arrayOf(dtype, Array.from(values, Number));
  if (array.length !== shape.reduce((size, dim) => size * dim, 1)) throw errors.TOOLKIT_CONSTANT(array.length, shape, callerLine());
  return apply1(CONSTANT, [], { value: { dims: shape, data: array }, dtype });
};

/** A number where a node is wanted: a scalar of the type that its neighbours have. */
export type Operand = Node | number;

/** Operands as nodes of one type; throws TOOLKIT_SHAPE where they disagree. */
export const operands = (values: readonly Operand[]): Nodes => {
  const dtype = values.find((value) => typeof value !== 'number')?.dtype ?? 'float32';
  return values.map((value) => (typeof value === 'number' ? constant(value, [], dtype) : value)) as unknown as Nodes;
};

/** The number that a node is a constant of, where it is one. */
export const numberOf = ({ call, shape }: Node): number | undefined =>
  call.op === CONSTANT && shape.length === 0 ? Number((call as unknown as Call<{ value: Value }>).attributes.value.data[0]) : undefined;

const attributesOf = <A extends object>(op: Op<A>, { call }: Node): A | undefined =>
  (call.op as unknown) === op ? (call.attributes as A) : undefined;

/** What is known of a node that is fed. */
export const inputOf = (node: Node): InputAttributes | undefined => attributesOf(INPUT, node);

/** What is known of a node that lives from step to step. */
export const variableOf = (node: Node): VariableAttributes | undefined => attributesOf(VARIABLE, node);

/** Throws TOOLKIT_INTEGER where a derivative is asked with respect to something that has none. */
export const mustBeFloat = (node: Node, role: string): void => {
  if (!isFloat(node.dtype)) throw errors.TOOLKIT_INTEGER(role, node.dtype, callerLine());
};

/** What a person would call a node: the name it was given, or that of its operation. */
export const nameOf = (node: Node): string => inputOf(node)?.name ?? variableOf(node)?.name ?? node.call.label ?? node.call.op.name;
