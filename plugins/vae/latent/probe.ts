import { cholesky } from '../aggregate.ts';

/** Codes [rows, latent] with the class of each row. */
export interface Labelled {
  readonly codes: Float32Array;
  readonly classes: Int32Array;
}

/** How much of a unit's own spread is added to it, lest units that say nothing decide. */
const RIDGE = 1e-3;

/** The share of rows whose class a linear map of their codes names, fitted by least squares to the classes of other rows. Alain and Bengio (2017). */
export const probe = (fit: Labelled, test: Labelled, latent: number): number => {
  const width = latent + 1; // and a constant
  const count = 1 + [...fit.classes, ...test.classes].reduce((most, one) => Math.max(most, one), 0);
  const squares = Array.from({ length: width }, () => new Float64Array(width));
  const products = Array.from({ length: width }, () => new Float64Array(count));
  const feature = ({ codes }: Labelled, row: number, at: number): number => (at < latent ? codes[row * latent + at]! : 1);
  for (let row = 0; row < fit.classes.length; row++)
    for (let a = 0; a < width; a++) {
      const value = feature(fit, row, a);
      for (let b = 0; b <= a; b++) squares[a]![b]! += value * feature(fit, row, b);
      products[a]![fit.classes[row]!]! += value;
    }
  const factor = cholesky(
    squares.map((row, a) => Array.from(row.subarray(0, a + 1), (value, b) => (a === b ? value * (1 + RIDGE) + 1e-9 : value))),
  );
  const maps = Array.from({ length: count }, (_, one) =>
    solve(
      factor,
      products.map((row) => row[one]!),
    ),
  );
  let hits = 0;
  for (let row = 0; row < test.classes.length; row++) {
    const scores = maps.map((map) => map.reduce((sum, weight, at) => sum + weight * feature(test, row, at), 0));
    if (scores.indexOf(Math.max(...scores)) === test.classes[row]) hits++;
  }
  return hits / test.classes.length;
};

/** x of L·Lᵀ·x = y. */
const solve = (factor: readonly (readonly number[])[], y: readonly number[]): number[] => {
  const x = [...y];
  for (let row = 0; row < x.length; row++) {
    for (let at = 0; at < row; at++) x[row]! -= factor[row]![at]! * x[at]!;
    x[row]! /= factor[row]![row]!;
  }
  for (let row = x.length - 1; row >= 0; row--) {
    for (let at = row + 1; at < x.length; at++) x[row]! -= factor[at]![row]! * x[at]!;
    x[row]! /= factor[row]![row]!;
  }
  return x;
};
