import { errors } from '../errors.ts';
import { callerLine } from './caller.ts';
import type { DType } from './dtype.ts';
import type { Emitter } from './emitter.ts';
import { printShape, type Shape } from './shape.ts';

/** The element type and shape of a tensor that is not there yet. */
export interface Type {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A tensor that is not there yet: a symbolic value in a graph, the output of one call of an operation. It never changes. */
export interface Node extends Type {
  readonly call: Call;
  /** Which output of the call it is. */
  readonly index: number;
}

/** As many nodes as the operation takes or makes. */
export type Nodes = readonly [Node, Node, Node, ...Node[]];

/** As many names of values. */
export type Names = readonly [string, string, string, ...string[]];

/** One application of an operation. Calls point at what they read, so any set of nodes is a graph. */
export interface Call<A = object> {
  /** In order of making, which is also an order in which a graph can be run. */
  readonly id: number;
  readonly op: Op;
  readonly inputs: Nodes;
  readonly attributes: A;
  readonly outputs: Nodes;
  /** What a reader of the written file sees; absent: the operation's name. */
  readonly label?: string;
}

/** Says why an operation cannot be applied. */
export type Refuse = (why: string) => never;

/** An operation: all that there is to know of it stands in one object. */
export interface Op<A = object> {
  readonly name: string;
  /** The types of the outputs, from those of the inputs; refuses with `refuse(why)`. */
  infer(inputs: Nodes, attributes: A, refuse: Refuse): readonly Type[];
  /** Writes its ONNX form: the names of the inputs go in, those of the outputs come out. */
  onnx(emit: Emitter, inputs: Names, call: Call<A>): string | readonly string[];
  /**
   * From the gradients of the outputs (undefined where the loss does not depend on one), those of the inputs, as nodes: so it can be differentiated again.
   * A gradient may come wider than its input was broadcast from: the reverse pass sums it. Undefined: nothing flows to this input. Absent: no derivative is defined.
   */
  derivative?(call: Call<A>, g: Node, ...others: (Node | undefined)[]): readonly (Node | undefined)[];
}

/** `float32[batch, 3]`, as errors print a node. */
export const describe = ({ dtype, shape }: Type): string => `${dtype}${printShape(shape)}`;

let calls = 0;

/** Applies an operation to nodes; throws TOOLKIT_SHAPE, with the user's line, where they do not fit. */
export const apply = <A extends object>(op: Op<A>, inputs: readonly Node[], attributes: A, label?: string): readonly Node[] => {
  const refuse = (why: string): never => {
    throw errors.TOOLKIT_SHAPE(op.name, why, inputs.map(describe), callerLine());
  };
  const types = op.infer(inputs as Nodes, attributes, refuse);
  const outputs: Node[] = [];
  const call: Call<A> = {
    id: calls++,
    op: op as Op,
    inputs: inputs as Nodes,
    attributes,
    outputs: outputs as unknown as Nodes,
    ...(label !== undefined && { label }),
  };
  for (const { dtype, shape } of types) outputs.push({ call, index: outputs.length, dtype, shape });
  return outputs;
};

/** The same, of an operation with one output. */
export const apply1 = <A extends object>(op: Op<A>, inputs: readonly Node[], attributes: A): Node => apply(op, inputs, attributes)[0]!;

/** The same node under a name that a reader of the written file will see. */
export const named = (label: string, { call, index }: Node): Node => apply(call.op, call.inputs, call.attributes, label)[index]!;
