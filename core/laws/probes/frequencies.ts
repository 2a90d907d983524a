import { demand } from '../law.ts';

/** The false-alarm rate of one statistical check, so small that twenty deep tiers, each of 10,000 checks of every law and subject, raise one less than once in a thousand times. */
export const FALSE_ALARM = 1e-12;

/**
 * The most by which chance explains a likelihood-ratio chi-square (half of G) of `cells` outcomes: exp(−t) (e t / d)^d with d = cells − 1 degrees for each of
 * `samples` samples. It holds for any counts, however small, where the table of chi-square needs large ones (Agrawal 2020, "Finite-sample concentration of the
 * multinomial in relative entropy").
 */
export const chanceOf = (t: number, cells: number, samples = 1): number => {
  const degrees = Math.max(1, cells - 1) * samples;
  return t <= degrees ? 1 : Math.exp(degrees - t + degrees * Math.log(t / degrees));
};

/** n · KL(found ‖ expected), half of the likelihood-ratio statistic G; infinite where the impossible was found. */
export const divergence = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let n = 0;
  for (let i = 0; i < found.length; i++) n += found[i]!;
  let t = 0;
  for (let i = 0; i < found.length; i++) {
    const count = found[i]!;
    if (count > 0) t += count * Math.log(count / (n * (expected[i] ?? 0)));
  }
  return Math.max(0, t);
};

/** Demands that counts follow given probabilities, by a chi-square of the false-alarm rate above. */
export const demandFrequencies = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
  const possible = Array.from(expected).filter((p) => p > 0).length;
  const chance = chanceOf(divergence(found, expected), possible);
  demand(chance >= FALSE_ALARM, `chance explains these counts once in ${(1 / chance).toPrecision(2)} times`, {
    expected: Array.from(expected, (p) => p * total(found)),
    found,
  });
};

/** Demands that two samples come from one distribution; neither needs to be known. */
export const demandAlike = (left: readonly number[], right: readonly number[]): void => {
  const sums = left.map((count, i) => count + right[i]!);
  const pooled = sums.map((count) => count / total(sums));
  const t = divergence(left, pooled) + divergence(right, pooled);
  const chance = chanceOf(t, sums.filter((count) => count > 0).length, 2);
  demand(chance >= FALSE_ALARM, `chance explains this difference once in ${(1 / chance).toPrecision(2)} times`, {
    expected: left,
    found: right,
  });
};

const total = (counts: ArrayLike<number>): number => Array.from(counts).reduce((sum, count) => sum + count, 0);
