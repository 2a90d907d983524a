import type { DType, Value } from './dtype.ts';
import type { Shape } from './shape.ts';

/** A number that ONNX is to keep as a float; plain numbers are its integers. */
export interface Float {
  readonly float: number;
}

/** What an ONNX attribute may hold. */
export type Attribute = number | Float | string | readonly number[];

/** What an operation writes its ONNX form with; strings are the names of values in the file. */
export interface Emitter {
  /** Whether ONNX Runtime on a CPU runs the file, and nothing else: then operators of its own may stand for several standard ones. */
  readonly fused: boolean;
  input(name: string, type: { readonly dtype: DType; readonly shape: Shape }): string;
  variable(name: string, type: { readonly dtype: DType; readonly shape: Shape }): string;
  constant(dtype: DType, value: Value): string;
  /** A scalar. */
  scalar(value: number, dtype: DType): string;
  /** The same numbers as another type. */
  cast(value: string, dtype: DType): string;
  /** A vector of int64, as ONNX wants its axes. */
  ints(values: readonly number[]): string;
  /** A shape as a vector of int64: a constant, or computed from the inputs' lengths where some are named. */
  shape(shape: Shape): string;
  /** A standard operator with one output. */
  node(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>, domain?: string): string;
  /** A standard operator with several. */
  nodes(
    operator: string,
    outputs: number,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, Attribute>>,
    domain?: string,
  ): string[];
}
