import type { DType, Value } from '../graph/dtype.ts';
import type { Initial, Noise } from '../graph/leaves.ts';
import type { Shape } from '../graph/shape.ts';

/** A value that goes in or comes out, with its element type. */
export interface Fed extends Value {
  readonly dtype: DType;
}

/** What the thread that computes must know to run a graph: plain data, so that it can be sent there. */
export interface Program {
  /** The .onnx file, as bytes or as a path. */
  readonly model: Uint8Array | string;
  /** What is fed by whoever runs it. */
  readonly inputs: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape }[];
  /** What is fed from the seeded generator. */
  readonly noises: readonly { readonly name: string; readonly dtype: DType; readonly shape: readonly number[]; readonly noise: Noise }[];
  /** What is fed from the store that all programs of a thread share; made when first met. */
  readonly variables: readonly {
    readonly name: string;
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly initial: Initial;
  }[];
  /** Outputs that become the next values of variables. */
  readonly updates: Readonly<Record<string, string>>;
  /** Outputs that are handed back. */
  readonly reports: readonly string[];
}

/** What a run hands back. */
export interface RunResult {
  readonly outputs: Readonly<Record<string, Fed>>;
  /** Whether the updates were taken: not where a number that was guarded is beyond its bound, or none. */
  readonly taken: boolean;
}
