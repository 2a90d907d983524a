import type { Processor } from '../../../core/index.ts';
import { kthGreatest } from '../selection.ts';

/** Forbids all ids but the k most likely, and those as likely as the last of them (Fan et al. 2018). */
export class TopKProcessor implements Processor {
  readonly #k: number;
  readonly #heap: Float64Array;

  constructor({ top_k }: { readonly top_k: number }) {
    this.#k = top_k;
    this.#heap = new Float64Array(top_k);
  }

  process(logits: Float32Array): undefined {
    if (this.#k === 0) return;
    const least = kthGreatest(logits, logits.length, this.#k, this.#heap);
    for (let id = 0; id < logits.length; id++) if (logits[id]! < least) logits[id] = Number.NEGATIVE_INFINITY;
  }
}
