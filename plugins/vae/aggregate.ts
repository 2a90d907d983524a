import type { Aggregate, Codes } from './model.ts';

/** Sums up codes as they come: unit by unit, and, where `joint`, every pair of units. */
export class CodeSums {
  readonly #latent: number;
  readonly #mean: Float64Array;
  /** [latent, latent], or [latent] of the diagonal alone: sums of products of deviations. */
  readonly #products: Float64Array;
  readonly #divergence: Float64Array;
  readonly #joint: boolean;
  #count = 0;

  constructor(latent: number, joint: boolean) {
    this.#latent = latent;
    this.#joint = joint;
    this.#mean = new Float64Array(latent);
    this.#products = new Float64Array(joint ? latent * latent : latent);
    this.#divergence = new Float64Array(latent);
  }

  /** By Welford's recurrence (1962). */
  add({ mean, variance }: Codes): void {
    const latent = this.#latent;
    const before = new Float64Array(latent);
    for (let row = 0; row < mean.length; row += latent) {
      this.#count++;
      for (let unit = 0; unit < latent; unit++) {
        const [value, spread] = [mean[row + unit]!, variance[row + unit]!];
        before[unit] = value - this.#mean[unit]!;
        this.#mean[unit]! += before[unit]! / this.#count;
        if (spread > 0) this.#divergence[unit]! += (value ** 2 + spread - Math.log(spread) - 1) / 2;
      }
      for (let unit = 0; unit < latent; unit++) {
        const after = mean[row + unit]! - this.#mean[unit]!;
        if (!this.#joint) this.#products[unit]! += before[unit]! * after;
        else for (let other = 0; other <= unit; other++) this.#products[unit * latent + other]! += after * before[other]!;
      }
    }
  }

  get(): Aggregate {
    const share = (value: number): number => value / Math.max(1, this.#count);
    const covariance = (unit: number, other: number): number => share(this.#products[this.#joint ? unit * this.#latent + other : unit]!);
    const units = Array.from({ length: this.#latent }, (_, unit) => unit);
    return {
      mean: Array.from(this.#mean),
      variance: units.map((unit) => covariance(unit, unit)),
      divergence: Array.from(this.#divergence, share),
      ...(this.#joint && { factor: cholesky(units.map((unit) => units.slice(0, unit + 1).map((other) => covariance(unit, other)))) }),
    };
  }
}

/** The lower triangle L with L·Lᵀ = A of a positive semidefinite A, given by its lower triangle; what rounding made negative counts as 0. */
export const cholesky = (lower: readonly (readonly number[])[]): number[][] => {
  const factor: number[][] = [];
  for (const [row, values] of lower.entries()) {
    const made: number[] = [];
    for (const [column, value] of values.entries()) {
      const above = factor[column] ?? made;
      let rest = value;
      for (let k = 0; k < column; k++) rest -= made[k]! * above[k]!;
      if (column === row) made.push(Math.sqrt(Math.max(0, rest)));
      else made.push(above[column]! > 1e-12 ? rest / above[column]! : 0);
    }
    factor.push(made);
  }
  return factor;
};
