import type { ProcessContext, Processor } from '../../../core/index.ts';
import { penalise } from '../penalty.ts';

/** The ids of a row's first `length` tokens. */
interface Seen {
  readonly length: number;
  /** Grows with the row that goes on from here first; a row that parts from it gathers its own. */
  readonly shared: { readonly ids: Set<number>; length: number };
}

/** Takes down the logits of ids that the row holds already, its prompt included (Keskar et al. 2019). */
export class RepetitionPenaltyProcessor implements Processor<Seen> {
  readonly #penalty: number;

  constructor({ repetition_penalty }: { readonly repetition_penalty: number }) {
    this.#penalty = repetition_penalty;
  }

  process(logits: Float32Array, { tokens }: ProcessContext, before: Seen | undefined): Seen {
    const own = before?.shared.length === before?.length ? before?.shared : undefined;
    const shared = own ?? { ids: new Set<number>(), length: 0 };
    for (; shared.length < tokens.length; shared.length++) shared.ids.add(tokens[shared.length]!);
    penalise(logits, shared.ids, this.#penalty);
    return { length: tokens.length, shared };
  }
}
