import type { Static } from 'typebox';
import type { Batch, Evaluator, Item, Measures, Row, Tokens } from '../../../core/index.ts';
import { CodeSums } from '../aggregate.ts';
import { around, divergence, type Normal } from '../latents.ts';
import { ACTIVE } from '../model/objective.ts';
import type { Codes, VaeModel } from '../model.ts';
import type { LatentOptions } from '../options.ts';
import { bound } from './bound.ts';
import { canonical, luckOf, type Marked } from './canonical.ts';
import { mustHoldCodes, writeCodes } from './codes-file.ts';
import { probe } from './probe.ts';

/** Held-out rows, each with its end. It grows with what it is given. */
export type LatentTally = Row[];

const BATCH = 256;

/** How well held-out rows pass through their codes, and what the codes are like; all is done when it reports. */
export class LatentEvaluator implements Evaluator<LatentTally> {
  readonly #model: VaeModel;
  readonly #settings: Static<typeof LatentOptions>;

  constructor(model: VaeModel, settings: Static<typeof LatentOptions>) {
    this.#model = model;
    this.#settings = settings;
    if (settings.codes !== undefined) mustHoldCodes(settings.codes);
  }

  evaluate({ kind, row }: Item, tally: LatentTally = []): LatentTally {
    if (kind !== 'real') return tally;
    const { stop } = this.#model.layout;
    tally.push(stop === undefined ? row : { ...row, tokens: ended(row.tokens, stop) });
    return tally;
  }

  merge(first: LatentTally, second: LatentTally): LatentTally {
    return [...first, ...second];
  }

  async report(tally: LatentTally): Promise<Measures> {
    const { latent } = this.#model.settings;
    const rows = canonical(tally);
    const codes = await this.#encode(rows.map(({ row }) => row));
    if (this.#settings.codes !== undefined) await writeCodes(this.#settings.codes, (await this.#encode(tally)).mean, latent, tally);
    return {
      ...(this.#model.variational ? await this.#bounds(rows, codes) : {}),
      ...(await this.#errors(rows)),
      ...spread(codes, latent),
      ...probed(rows, codes, latent),
      rows: rows.length,
    };
  }

  /** The negative ELBO of one draw a row, and, of a part of the rows, the bound of many draws beside it. */
  async #bounds(rows: readonly Marked[], codes: Codes): Promise<Measures> {
    const { seed, draws, bound_rows } = this.#settings;
    const [reconstruction, cost, few, many] = [new Mean(), new Mean(), new Mean(), new Mean()];
    for (let begin = 0; begin < rows.length; begin += BATCH) {
      const part = rows.slice(begin, begin + BATCH);
      const posteriors = part.map((_, at) => normalAt(codes, begin + at, this.#model.settings.latent));
      const drawn = posteriors.map((posterior, at) => around(posterior, 1, luckOf(part[at]!, seed)));
      const nats = await this.#model.price(
        part.map(({ row }) => row),
        joined(drawn),
      );
      for (const [at, { row }] of part.entries()) {
        const [price, beyond] = [nats[at]!, divergence(posteriors[at]!)];
        reconstruction.add(price);
        cost.add(beyond);
        if (begin + at >= bound_rows) continue;
        few.add(price + beyond);
        const one = (z: Float32Array): Promise<Float32Array> =>
          this.#model.price(new Array<Row>(z.length / drawn[at]!.length).fill(row), z);
        many.add(await bound(posteriors[at]!, one, draws, luckOf(part[at]!, seed + 1)));
      }
    }
    const elbo = reconstruction.get() + cost.get();
    return {
      negative_elbo_nats: elbo,
      negative_elbo_bits_per_dimension: elbo / Math.LN2 / this.#model.layout.length,
      reconstruction_nats: reconstruction.get(),
      divergence_nats: cost.get(),
      negative_bound_nats: many.get(),
      bound_gain_nats: few.get() - many.get(),
      bound_draws: draws,
    };
  }

  async #errors(rows: readonly Marked[]): Promise<Measures> {
    const [reconstructed, seen] = [new Mean(), new Mean()];
    for (let at = 0; at < rows.length; at += BATCH) {
      const part = rows.slice(at, at + BATCH);
      const lucks = part.map((marked) => luckOf(marked, this.#settings.seed));
      const errors = await this.#model.errors(
        part.map(({ row }) => row),
        lucks,
      );
      for (const value of errors.reconstructed) reconstructed.add(value);
      for (const value of errors.seen) seen.add(value);
    }
    return {
      squared_error: reconstructed.get(),
      ...(this.#model.settings.corruption && { corrupted_squared_error: seen.get(), denoising_factor: seen.get() / reconstructed.get() }),
    };
  }

  async #encode(rows: Batch<Row>): Promise<Codes> {
    const { latent } = this.#model.settings;
    const all = { mean: new Float32Array(rows.length * latent), variance: new Float32Array(rows.length * latent) };
    for (let at = 0; at < rows.length; at += BATCH) {
      const { mean, variance } = await this.#model.encode(rows.slice(at, at + BATCH));
      all.mean.set(mean, at * latent);
      all.variance.set(variance, at * latent);
    }
    return all;
  }
}

const ended = (tokens: Tokens, stop: number): Tokens => {
  const row = new Int32Array(tokens.length + 1);
  row.set(tokens);
  row[tokens.length] = stop;
  return row;
};

const normalAt = ({ mean, variance }: Codes, row: number, latent: number): Normal => {
  const part = (values: Float32Array): Float32Array => values.subarray(row * latent, (row + 1) * latent);
  return { mean: part(mean), variance: part(variance) };
};

const joined = (codes: readonly Float32Array[]): Float32Array => {
  const width = codes[0]?.length ?? 0;
  const all = new Float32Array(codes.length * width);
  codes.forEach((code, at) => {
    all.set(code, at * width);
  });
  return all;
};

/** How many units are active; and how far all codes together, as one normal distribution a unit, are from the prior. */
const spread = (codes: Codes, latent: number): Measures => {
  const sums = new CodeSums(latent, false);
  sums.add(codes);
  const { mean, variance } = sums.get();
  const rows = codes.mean.length / latent;
  const within = (unit: number): number => {
    let sum = 0;
    for (let at = unit; at < codes.variance.length; at += latent) sum += codes.variance[at]!;
    return sum / rows;
  };
  const whole = { mean: Float32Array.from(mean), variance: Float32Array.from(variance, (value, unit) => value + within(unit)) };
  return {
    active_units: variance.filter((value) => value > ACTIVE).length,
    ...(whole.variance.every((value) => value > 0) && { aggregate_divergence_nats: divergence(whole) }),
  };
};

/** Half of the rows teach the probe, the other half test it. */
const probed = (rows: readonly Marked[], { mean }: Codes, latent: number): Measures => {
  if (rows.length < 2 || !rows.every(({ row }) => row.given?.length === 1)) return {};
  const half = (parity: number) => {
    const mine = rows.flatMap((_, at) => (at % 2 === parity ? [at] : []));
    const codes = new Float32Array(mine.length * latent);
    mine.forEach((at, i) => {
      codes.set(mean.subarray(at * latent, (at + 1) * latent), i * latent);
    });
    return { codes, classes: Int32Array.from(mine, (at) => rows[at]!.row.given![0]!) };
  };
  return { probe_accuracy: probe(half(0), half(1), latent) };
};

/** A mean of what is added. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  get(): number {
    return this.#sum / this.#count;
  }
}
