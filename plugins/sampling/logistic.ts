import { logisticPrice } from '../../core/index.ts';

/** The likeliest level: the one nearest to the mean, or an end, which owns all that lies beyond. */
export const logisticMode = (mean: number, logScale: number, levels: number): number => {
  const nearest = level(mean, levels);
  let best = nearest;
  for (const end of [0, levels - 1])
    if (logisticPrice(end, mean, logScale, levels) < logisticPrice(best, mean, logScale, levels)) best = end;
  return best;
};

/** A level drawn from a logistic, its scale multiplied by the temperature: the value whose share of the distribution is `uniform`, rounded. */
export const logisticDraw = (mean: number, logScale: number, levels: number, temperature: number, uniform: number): number => {
  const share = Math.max(uniform, 2 ** -54);
  return level(mean + temperature * Math.exp(logScale) * Math.log(share / (1 - share)), levels);
};

const level = (value: number, levels: number): number => Math.min(levels - 1, Math.max(0, Math.floor(value + 0.5)));

/** Whether there is something to draw from. */
export const isLogistic = (mean: number, logScale: number): boolean => Number.isFinite(mean) && logScale < Number.POSITIVE_INFINITY;
