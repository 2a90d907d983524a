/** How many rows there were, their mean and the sums of products of deviations from it, [width, width]: enough for a mean and a covariance, whatever the number of rows. */
export interface Moments {
  readonly count: number;
  readonly mean: Float64Array;
  readonly products: Float64Array;
}

/** Of no rows. */
export const noMoments = (width: number): Moments => ({
  count: 0,
  mean: new Float64Array(width),
  products: new Float64Array(width * width),
});

/** With one row more (Welford 1962); writes into `moments`' arrays. */
export const withRow = ({ count, mean, products }: Moments, row: ArrayLike<number>): Moments => {
  const width = mean.length;
  const before = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    before[i] = row[i]! - mean[i]!;
    mean[i]! += before[i]! / (count + 1);
  }
  for (let i = 0; i < width; i++) {
    const after = row[i]! - mean[i]!;
    const line = i * width;
    for (let j = 0; j <= i; j++) products[line + j]! += after * before[j]!;
  }
  return { count: count + 1, mean, products };
};

/** The moments of two sets of rows together (Chan, Golub and LeVeque 1979); neither is written to. */
export const together = (one: Moments, other: Moments): Moments => {
  const width = one.mean.length;
  const count = one.count + other.count;
  const mean = new Float64Array(width);
  const products = new Float64Array(width * width);
  const gap = other.mean.map((value, i) => value - one.mean[i]!);
  const share = count === 0 ? 0 : other.count / count;
  for (let i = 0; i < width; i++) {
    mean[i] = one.mean[i]! + gap[i]! * share;
    const line = i * width;
    for (let j = 0; j <= i; j++)
      products[line + j] = one.products[line + j]! + other.products[line + j]! + gap[i]! * gap[j]! * one.count * share;
  }
  return { count, mean, products };
};

/** The unbiased covariance, [width][width]; needs two rows. */
export const covariance = ({ count, mean, products }: Moments): number[][] => {
  const width = mean.length;
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => products[Math.max(i, j) * width + Math.min(i, j)]! / (count - 1)),
  );
};
