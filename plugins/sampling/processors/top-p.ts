import type { Processor } from '../../../core/index.ts';
import { Candidates } from '../candidates.ts';

/** Forbids all ids but the fewest likeliest that together have the probability p; of equals those with the smaller ids stay (Holtzman et al. 2020). */
export class TopPProcessor implements Processor {
  readonly #p: number;
  readonly #candidates = new Candidates();

  constructor({ top_p }: { readonly top_p: number }) {
    this.#p = top_p;
  }

  process(logits: Float32Array): undefined {
    if (this.#p === 1) return;
    const candidates = this.#candidates;
    candidates.collect(logits, 0, logits.length, Number.NEGATIVE_INFINITY);
    candidates.weigh(candidates.highest, 1);
    candidates.topP(this.#p, candidates.total);
    candidates.sort();
    let at = 0;
    for (let id = 0; id < logits.length; id++)
      if (at < candidates.count && candidates.ids[at] === id) at++;
      else logits[id] = Number.NEGATIVE_INFINITY;
  }
}
