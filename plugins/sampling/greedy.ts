import type { Choice, Prediction, Sampler, SparseLogits } from '../../core/index.ts';
import { type Chooser, choose } from './choose.ts';
import { logisticMode } from './logistic.ts';
import { argmax } from './selection.ts';
import { SparseRow } from './sparse-row.ts';

/** Always the likeliest id, the smallest of equals; it needs no luck. */
export class Greedy implements Sampler, Chooser {
  readonly #row = new SparseRow(1);

  sample(prediction: Prediction): Choice {
    return { fresh: choose('greedy', prediction, this) };
  }

  dense(data: Float32Array, begin: number, end: number): number {
    const at = argmax(data, begin, end);
    return at < 0 ? at : at - begin;
  }

  sparse(logits: SparseLogits, position: number): number {
    this.#row.turn(logits, position, 1);
    return this.#row.fault ?? this.#row.likeliest();
  }

  logistic(mean: number, logScale: number, levels: number): number {
    return logisticMode(mean, logScale, levels);
  }
}
