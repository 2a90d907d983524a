import type { Points } from './points.ts';

/** What a classifier makes of each row: its probabilities, [rows, classes]. */
export const probabilities = ({ count, width, data }: Points): Points => {
  const out = new Float64Array(data.length);
  for (let row = 0; row < count; row++) {
    const logits = data.subarray(row * width, (row + 1) * width);
    let most = Number.NEGATIVE_INFINITY;
    for (const logit of logits) most = Math.max(most, logit);
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - most);
    for (let i = 0; i < width; i++) out[row * width + i] = Math.exp(logits[i]! - most) / sum;
  }
  return { count, width, data: out };
};

/** The Inception Score of the rows that are listed, exp of the mean divergence of each row's classes from those of all (Salimans et al. 2016). */
export const inceptionScore = ({ width, data }: Points, rows: ArrayLike<number>): number => {
  const all = new Float64Array(width);
  let own = 0;
  for (let at = 0; at < rows.length; at++)
    for (let i = 0, from = rows[at]! * width; i < width; i++) {
      const p = data[from + i]!;
      all[i]! += p / rows.length;
      if (p > 0) own += (p * Math.log(p)) / rows.length;
    }
  return Math.exp(all.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), own));
};

/** The likeliest class of each row, and how likely it is. */
export const likeliest = ({ count, width, data }: Points): { readonly classes: Int32Array; readonly shares: Float64Array } => {
  const classes = new Int32Array(count);
  const shares = new Float64Array(count);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < width; i++) {
      const share = data[row * width + i]!;
      if (share <= shares[row]!) continue;
      shares[row] = share;
      classes[row] = i;
    }
  return { classes, shares };
};

/** What share of the rows each class has. */
export const sharesOf = (classes: Int32Array, width: number): Float64Array => {
  const shares = new Float64Array(width);
  for (const one of classes) shares[one]! += 1 / classes.length;
  return shares;
};
