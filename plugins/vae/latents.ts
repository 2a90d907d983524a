import { type Batch, normal, type Random } from '../../core/index.ts';

/** A diagonal normal distribution over codes: [latent] each. */
export interface Normal {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** The hidden values of an autoencoder, first as distributions, then as codes. */
export interface Latents {
  /** Of each row, the posteriors of what it is about: the row read, or the prompts of its task; none: the prior. */
  readonly posteriors: Batch<readonly Normal[]>;
  /** What rows are conditioned on, [rows, classes]. */
  readonly given: Float32Array;
  /** The codes looked at, [rows, latent]; once attended. */
  readonly codes?: Float32Array;
  /** The divergence of each row's posterior from the prior, in nats; once attended. */
  readonly cost?: readonly number[];
}

/** The divergence of a diagonal normal distribution from the standard one, in nats. */
export const divergence = ({ mean, variance }: Normal): number => {
  let nats = 0;
  for (let unit = 0; unit < mean.length; unit++) nats += (mean[unit]! ** 2 + variance[unit]! - Math.log(variance[unit]!) - 1) / 2;
  return nats;
};

/** A draw about a mean, its deviation multiplied. */
export const around = ({ mean, variance }: Normal, spread: number, random: Random): Float32Array =>
  mean.map((centre, unit) => centre + spread * Math.sqrt(variance[unit]!) * normal(random));
