/** Where a graph runs. `auto` takes a GPU that is there, and else the CPU; one that is named and absent is an error. */
export type Device = 'auto' | 'cpu' | 'webgpu' | 'cuda';

/** How a thread that computes is set up. */
export interface EngineOptions {
  readonly device?: Device;
  /** Threads within one operator; absent: as many as cores. */
  readonly threads?: number;
  /** Whether operators that a GPU lacks may run on the CPU; else such a model is refused. */
  readonly fallback?: boolean;
}
