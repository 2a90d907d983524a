import type { Static } from 'typebox';
import type { Batch, Choice, Prediction, Random, Request, Sampler, SparseLogits, Tokens } from '../../core/index.ts';
import { Candidates } from './candidates.ts';
import { type Chooser, choose } from './choose.ts';
import { errors } from './errors.ts';
import { logisticDraw } from './logistic.ts';
import type { SamplingOptions } from './options.ts';
import { look, penalise, type Seen } from './penalty.ts';
import { argmax, BAD, NONE } from './selection.ts';
import { SparseRow } from './sparse-row.ts';
import { unusable } from './usable.ts';

/** Draws by chance, one uniform number a position: penalised, tempered, then filtered by top_k, top_p and min_p, in Hugging Face's order. */
export class Sampling implements Sampler<Seen>, Chooser {
  readonly #settings: Static<typeof SamplingOptions>;
  readonly #candidates = new Candidates();
  readonly #row: SparseRow;
  #dense = new Float32Array(0);
  // of the call under way, which never waits
  #random: Random | undefined;
  #seen: Seen | undefined;

  constructor(settings: Static<typeof SamplingOptions>) {
    this.#settings = settings;
    this.#row = new SparseRow(settings.temperature);
  }

  sample(prediction: Prediction, rows: Batch<Tokens>, state: Seen | undefined, { random }: Pick<Request, 'random'>): Choice<Seen> {
    const setting = unusable(this.#settings, prediction);
    if (setting) throw errors.SAMPLING_SETTING_UNUSABLE('sampling', setting, `${prediction.kind} ${prediction.extent}`);
    this.#random = random;
    this.#seen = this.#settings.repetition_penalty === 1 ? undefined : look(rows, state);
    const fresh = choose('sampling', prediction, this);
    return this.#seen ? { inputIds: fresh, state: this.#seen } : { inputIds: fresh };
  }

  dense(data: Float32Array, begin: number, end: number, row: number): number {
    const seen = this.#seen?.ids[row];
    return seen ? this.#fromDense(this.#penalise(data, begin, end, seen), 0, end - begin) : this.#fromDense(data, begin, end);
  }

  sparse(logits: SparseLogits, position: number, row: number): number {
    const { temperature, top_k, top_p, min_p, repetition_penalty } = this.#settings;
    const sparse = this.#row;
    const candidates = this.#candidates;
    sparse.turn(logits, position, repetition_penalty, this.#seen?.ids[row]);
    if (sparse.fault !== undefined) return sparse.fault;
    let total: number | undefined;
    if (top_k > 0 && top_k < logits.vocabulary) {
      sparse.takeTop(top_k, candidates);
      candidates.topK(top_k);
    } else if (top_p < 1) {
      total = sparse.takeNucleus(top_p, candidates);
      if (total === undefined) return this.#filled(logits.vocabulary);
    } else if (min_p > 0) sparse.takeFrom(this.#floor(sparse.highest), candidates);
    else return sparse.draw(this.#random!, candidates) ?? this.#filled(logits.vocabulary);
    if (total === undefined) candidates.weigh(sparse.highest, temperature);
    return this.#draw(total);
  }

  logistic(mean: number, logScale: number, levels: number): number {
    return logisticDraw(mean, logScale, levels, this.#settings.temperature, this.#random!());
  }

  #fromDense(data: Float32Array, begin: number, end: number): number {
    const { temperature, top_k, top_p } = this.#settings;
    const candidates = this.#candidates;
    if (top_k > 0 && top_k < end - begin) {
      if (!candidates.collectTop(data, begin, end, top_k)) return BAD;
      const { highest } = candidates;
      if (highest === Number.NEGATIVE_INFINITY) return NONE;
      candidates.weigh(highest, temperature);
    } else {
      const at = argmax(data, begin, end);
      if (at < 0) return at;
      const highest = data[at]!;
      candidates.collect(data, begin, end, top_p < 1 ? Number.NEGATIVE_INFINITY : this.#floor(highest));
      candidates.weigh(highest, temperature);
    }
    return this.#draw();
  }

  /** Filters what was taken, of which all that could be taken weigh `total`, and draws. */
  #draw(total?: number): number {
    const { top_p, min_p } = this.#settings;
    const candidates = this.#candidates;
    if (top_p < 1) candidates.topP(top_p, total ?? candidates.total);
    if (min_p > 0) candidates.minP(min_p);
    candidates.sort();
    return candidates.draw(this.#random!());
  }

  /** A logit below which min_p keeps nothing, with room for rounding. */
  #floor(highest: number): number {
    const { temperature, min_p } = this.#settings;
    return highest + temperature * (Math.log(min_p) - 1e-6);
  }

  #penalise(data: Float32Array, begin: number, end: number, seen: ReadonlySet<number>): Float32Array {
    const row = this.#scratch(end - begin);
    row.set(data.subarray(begin, end));
    penalise(row.subarray(0, end - begin), seen, this.#settings.repetition_penalty);
    return row;
  }

  #filled(width: number): number {
    const row = this.#scratch(width);
    this.#row.fill(row);
    return this.#fromDense(row, 0, width);
  }

  #scratch(width: number): Float32Array {
    if (this.#dense.length < width) this.#dense = new Float32Array(width);
    return this.#dense;
  }
}
