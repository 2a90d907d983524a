import type { Stages } from '../../decode-loop/model.ts';
import { Broken, demand } from '../law.ts';

/** Every memory in a box of its own, so that its life can be followed whatever it is made of. */
interface Box {
  readonly memory: unknown;
}

/** What became of a backend's memories. */
export interface Ledger {
  readonly stages: Stages;
  /** Memories that were opened and not yet released. */
  held(): number;
  /** Readings begun so far. */
  reads(): number;
  /** Throws where a memory is still held, or was released twice or used too late. */
  settle(): void;
}

/** The same stages, every memory of theirs watched. */
export const ledger = (stages: Stages): Ledger => {
  const { attention, encoder } = stages;
  const live = new Set<Box>();
  const faults: string[] = [];
  let opened = 0;
  let reads = 0;

  const fault = (what: string): never => {
    faults.push(what);
    throw new Broken(what, {});
  };
  const open = (memory: unknown): Box => {
    const box = { memory };
    live.add(box);
    opened++;
    return box;
  };
  const unbox = (box: unknown): unknown => {
    if (box === undefined) return undefined;
    if (!live.has(box as Box)) fault('a memory is used after its release');
    return (box as Box).memory;
  };

  return {
    stages: {
      ...stages,
      encoder: {
        ...(encoder.context !== undefined && { context: encoder.context }),
        encode(fresh, run) {
          reads++;
          return encoder.encode(fresh, run);
        },
      },
      attention: {
        attend(hidden: unknown, boxes, run) {
          const memory = (boxes as readonly unknown[]).map(unbox);
          const result = attention.attend(hidden, memory, run);
          const box = (answer: Awaited<typeof result>) => ({
            hidden: answer.hidden,
            memory: answer.memory.map((one, i) => (one !== undefined && one === memory[i] ? boxes[i] : open(one))),
          });
          return result instanceof Promise ? result.then(box) : box(result);
        },
        ...(attention.rewind && { rewind: (box: unknown, tokens: number) => open(attention.rewind!(unbox(box), tokens)) }),
        release(box: unknown) {
          if (!live.delete(box as Box)) fault('a memory is released twice');
          const { memory } = box as Box;
          if (memory !== undefined) attention.release?.(memory);
        },
      },
    },
    held: () => live.size,
    reads: () => reads,
    settle() {
      demand(faults.length === 0, faults[0] ?? '', { faults });
      demand(live.size === 0, 'memories are never released', { opened, held: live.size });
    },
  };
};
