import type { Device, Value } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Precisions } from '../architecture/inference-graph.ts';
import type { Source } from '../loading/load.ts';

/** Where it runs. */
export interface Place {
  readonly device: Device;
  readonly threads?: number | undefined;
}

/** A model of ours that the thread is to read with. */
export interface OwnOpening extends Place {
  readonly architecture: Architecture;
  readonly precisions: Precisions;
  /** Weights by name, or where they are. */
  readonly weights: ReadonlyMap<string, Value> | Source;
}

/** An .onnx file of anyone's, with past and present. */
export interface ForeignOpening extends Place {
  readonly onnx: string;
  readonly vocabulary: number;
}

/** A model that the thread is to read with. */
export type Opening = OwnOpening | ForeignOpening;

/** What reads in the thread, and keeps what rows remember. */
export interface Reader {
  /** Logits of each row's last positions, or prices of its targets; `pause` is awaited between pieces, and may throw. */
  read(parts: readonly Part[], pause: () => Promise<void>): Promise<Float32Array | Float64Array>;
  /** The memory without its last tokens, as another. */
  rewind(memory: number, next: number, tokens: number): void | Promise<void>;
  release(memory: number): void;
  close(): Promise<void>;
}

/** One row of a reading. */
export interface Part {
  readonly fresh: Int32Array;
  /** The number of the memory that it goes on from, 0 where it read nothing. */
  readonly memory: number;
  /** The number of its memory from now on. */
  readonly next: number;
  /** After how many of its last tokens something is predicted. */
  readonly positions: number;
  /** What is to be priced there, instead of predicted. */
  readonly targets?: Int32Array;
}
