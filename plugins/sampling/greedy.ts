import type { Static } from 'typebox';
import type { Batch, Choice, Prediction, Sampler, SparseLogits, Tokens } from '../../core/index.ts';
import { type Chooser, choose } from './choose.ts';
import { errors } from './errors.ts';
import { logisticMode } from './logistic.ts';
import type { GreedyOptions } from './options.ts';
import { look, penalise, type Seen } from './penalty.ts';
import { argmax } from './selection.ts';
import { SparseRow } from './sparse-row.ts';
import { repeats } from './usable.ts';

/** Always the likeliest id, the smallest of equals; it needs no luck. */
export class Greedy implements Sampler<Seen>, Chooser {
  readonly #penalty: number;
  readonly #row = new SparseRow(1);
  #dense = new Float32Array(0);
  // of the call under way, which never waits
  #seen: Seen | undefined;

  constructor({ repetition_penalty }: Static<typeof GreedyOptions> = { repetition_penalty: 1 }) {
    this.#penalty = repetition_penalty;
  }

  sample(prediction: Prediction, rows: Batch<Tokens> = [], state?: Seen): Choice<Seen> {
    if (this.#penalty === 1) return { inputIds: choose('greedy', prediction, this) };
    if (!repeats(prediction))
      throw errors.SAMPLING_SETTING_UNUSABLE('greedy', 'repetition_penalty', `${prediction.kind} ${prediction.extent}`);
    this.#seen = look(rows, state);
    return { inputIds: choose('greedy', prediction, this), state: this.#seen };
  }

  dense(data: Float32Array, begin: number, end: number, row: number): number {
    const seen = this.#seen?.ids[row];
    if (!seen) {
      const at = argmax(data, begin, end);
      return at < 0 ? at : at - begin;
    }
    const width = end - begin;
    if (this.#dense.length < width) this.#dense = new Float32Array(width);
    const logits = this.#dense.subarray(0, width);
    logits.set(data.subarray(begin, end));
    penalise(logits, seen, this.#penalty);
    return argmax(logits, 0, width);
  }

  sparse(logits: SparseLogits, position: number, row: number): number {
    this.#row.turn(logits, position, this.#penalty, this.#seen?.ids[row]);
    return this.#row.fault ?? this.#row.likeliest();
  }

  logistic(mean: number, logScale: number, levels: number): number {
    return logisticMode(mean, logScale, levels);
  }
}
