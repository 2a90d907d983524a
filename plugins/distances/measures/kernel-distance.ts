import type { Points } from './points.ts';

/** Sums of the kernel between groups of rows, so that any group can be left out. */
interface Sums {
  readonly groups: number;
  /** How many rows each group has. */
  readonly sizes: readonly [Float64Array, Float64Array];
  /** [group, group] within the first set, within the second, and between them; a row is not compared with itself. */
  readonly within: readonly [Float64Array, Float64Array];
  readonly between: Float64Array;
}

/**
 * The kernel distance of two sets and its leave-one-group-out values: the unbiased squared maximum mean discrepancy under k(x, y) = (x·y / width + 1)³,
 * Bińkowski et al. (2018). It may fall below 0. Row i is of group i modulo `groups`.
 */
export const kernelDistance = (one: Points, other: Points, groups: number): { readonly value: number; readonly without: number[] } => {
  const sums: Sums = {
    groups,
    sizes: [sizesOf(one, groups), sizesOf(other, groups)],
    within: [sumsBetween(one, one, groups), sumsBetween(other, other, groups)],
    between: sumsBetween(one, other, groups),
  };
  return { value: distance(sums, -1), without: Array.from({ length: groups }, (_, group) => distance(sums, group)) };
};

const sizesOf = ({ count }: Points, groups: number): Float64Array =>
  Float64Array.from({ length: groups }, (_, group) => Math.floor((count - group - 1) / groups) + 1);

const distance = ({ groups, sizes, within, between }: Sums, left: number): number => {
  const total = (sums: Float64Array): number => {
    let sum = 0;
    for (let a = 0; a < groups; a++) for (let b = 0; b < groups; b++) if (a !== left && b !== left) sum += sums[a * groups + b]!;
    return sum;
  };
  const [n, m] = sizes.map((each) => each.reduce((sum, size, group) => (group === left ? sum : sum + size), 0)) as [number, number];
  return total(within[0]) / (n * (n - 1)) + total(within[1]) / (m * (m - 1)) - (2 * total(between)) / (n * m);
};

const sumsBetween = (one: Points, other: Points, groups: number): Float64Array => {
  const sums = new Float64Array(groups * groups);
  const same = one === other;
  const { width } = one;
  for (let a = 0; a < one.count; a++)
    for (let b = same ? a + 1 : 0; b < other.count; b++) {
      let dot = 0;
      for (let i = 0, p = a * width, q = b * width; i < width; i++, p++, q++) dot += one.data[p]! * other.data[q]!;
      const kernel = (dot / width + 1) ** 3;
      sums[(a % groups) * groups + (b % groups)]! += kernel;
      if (same) sums[(b % groups) * groups + (a % groups)]! += kernel;
    }
  return sums;
};
