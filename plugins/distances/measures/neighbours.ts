import { type Points, squaredDistance } from './points.ts';

/** What holds of each row, by the balls that reach from rows to their k-th nearest neighbours of the same set. */
export interface Neighbourhoods {
  /** Of each generated row: whether it lies in a ball of a real one; its mean is precision (Kynkäänniemi et al. 2019). */
  readonly precision: Float64Array;
  /** Of each real row: whether it lies in a ball of a generated one; its mean is recall. */
  readonly recall: Float64Array;
  /** Of each generated row: how many real balls it lies in, by k; its mean is density (Naeem et al. 2020). */
  readonly density: Float64Array;
  /** Of each real row: whether its ball holds a generated row; its mean is coverage. */
  readonly coverage: Float64Array;
}

/** Looks at every pair; a row on the rim is inside. Each set needs more than `k` rows. */
export const neighbourhoods = (real: Points, generated: Points, k: number): Neighbourhoods => {
  const [around, about] = [radii(real, k), radii(generated, k)];
  const of = ({ count }: Points): Float64Array => new Float64Array(count);
  const found = { precision: of(generated), recall: of(real), density: of(generated), coverage: of(real) };
  for (let i = 0; i < real.count; i++)
    for (let j = 0; j < generated.count; j++) {
      const distance = squaredDistance(real, i, generated, j);
      if (distance <= around[i]!) {
        found.precision[j] = 1;
        found.density[j]! += 1 / k;
        found.coverage[i] = 1;
      }
      if (distance <= about[j]!) found.recall[i] = 1;
    }
  return found;
};

/** How far each row's k-th nearest neighbour is, squared. */
const radii = (points: Points, k: number): Float64Array => {
  const radius = new Float64Array(points.count);
  const nearest = new Float64Array(k);
  for (let i = 0; i < points.count; i++) {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < points.count; j++) if (j !== i) insert(nearest, squaredDistance(points, i, points, j));
    radius[i] = nearest[k - 1]!;
  }
  return radius;
};

/** Keeps the smallest values, in their order. */
const insert = (smallest: Float64Array, value: number): void => {
  let at = smallest.length - 1;
  if (value >= smallest[at]!) return;
  for (; at > 0 && smallest[at - 1]! > value; at--) smallest[at] = smallest[at - 1]!;
  smallest[at] = value;
};

/** How far each row of one set is from the nearest of another. */
export const nearest = (from: Points, to: Points): Float64Array => {
  const found = new Float64Array(from.count).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < from.count; i++) {
    for (let j = 0; j < to.count; j++) found[i] = Math.min(found[i]!, squaredDistance(from, i, to, j));
    found[i] = Math.sqrt(found[i]!);
  }
  return found;
};
