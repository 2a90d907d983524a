import type { Processor } from '../../../core/index.ts';

/** Forbids ids with less than a share of the likeliest one's probability (Nguyen et al. 2024). */
export class MinPProcessor implements Processor {
  readonly #least: number;

  constructor({ min_p }: { readonly min_p: number }) {
    this.#least = Math.log(min_p);
  }

  process(logits: Float32Array): undefined {
    const highest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const least = highest + this.#least;
    for (let id = 0; id < logits.length; id++) if (logits[id]! < least) logits[id] = Number.NEGATIVE_INFINITY;
  }
}
