import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Where a measure lies: itself, and its interval where one was asked for. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 95% interval of the percentiles over so many resamplings of `count` rows, each as likely as the other (Efron 1979); the same luck every time. */
export const bootstrap = (count: number, times: number, measure: (rows: Int32Array) => number): Interval => {
  const luck = xoroshiro128plus(times);
  const rows = new Int32Array(count);
  const values = Float64Array.from({ length: times }, () => {
    for (let at = 0; at < count; at++) rows[at] = Math.floor(((luck.next() >>> 0) / 4294967296) * count);
    return measure(rows);
  }).sort();
  const at = (share: number): number => values[Math.min(times - 1, Math.max(0, Math.round(share * (times - 1))))]!;
  return { low: at(0.025), high: at(0.975) };
};

/** The mean of the values that are listed. */
export const meanOf = (values: Float64Array, rows?: Int32Array): number => {
  let sum = 0;
  if (!rows) for (const value of values) sum += value;
  else for (const row of rows) sum += values[row]!;
  return sum / (rows ?? values).length;
};

/**
 * The 95% interval by leaving out one group after another (Quenouille 1949, Tukey 1958), of normal width: for distances,
 * which the repeated rows of a bootstrap would raise.
 */
export const jackknife = (value: number, without: readonly number[]): Interval => {
  const mean = without.reduce((a, b) => a + b, 0) / without.length;
  const spread = without.reduce((sum, one) => sum + (one - mean) ** 2, 0) * ((without.length - 1) / without.length);
  const half = 1.96 * Math.sqrt(spread);
  return { low: value - half, high: value + half };
};
