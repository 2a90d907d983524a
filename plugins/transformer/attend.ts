import type { Attended, Attention, Batch } from '../../core/index.ts';
import type { TransformerModel } from './model.ts';
import type { Memory, Read } from './read.ts';

/** Says which memories a reading goes on from, and numbers those that come of it; the cache itself stays in the thread. */
export class TransformerAttention implements Attention<Read, Memory> {
  readonly #model: TransformerModel;
  /** Absent where a window may have dropped what a shorter row still sees. */
  readonly rewind?: (memory: Memory, tokens: number) => Memory;

  constructor(model: TransformerModel) {
    this.#model = model;
    if (model.rewinds) this.rewind = ({ number }, tokens) => ({ number: this.#model.session.rewind(number, tokens) });
  }

  attend({ fresh }: Read, memory: Batch<Memory | undefined>): Attended<Read, Memory> {
    const { session } = this.#model;
    const next = fresh.map(() => ({ number: session.number() }));
    return {
      hidden: { fresh, memory: memory.map((one) => one?.number ?? 0), next: next.map(({ number }) => number) },
      memory: next,
    };
  }

  release({ number }: Memory): void {
    this.#model.session.release(number);
  }
}
