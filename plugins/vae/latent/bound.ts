import { normal, type Random } from '../../../core/index.ts';
import type { Normal } from '../latents.ts';

/** What a row costs under each of several codes [n, latent], in nats: [n]. */
export type Price = (codes: Float32Array) => Promise<ArrayLike<number>>;

/** So many codes are priced at a time. */
const CHUNK = 500;

/**
 * The importance-weighted bound of a row's negative log-likelihood, in nats: −ln of the mean over `draws` codes of p(x|z)·p(z)/q(z|x), drawn from q.
 * On average it is never below the truth, and nearer to it the more are drawn; of one draw it is the negative ELBO. Burda et al. (2016).
 */
export const bound = async ({ mean, variance }: Normal, price: Price, draws: number, random: Random): Promise<number> => {
  const latent = mean.length;
  const deviation = variance.map(Math.sqrt);
  const spread = variance.reduce((sum, value) => sum + Math.log(value), 0);
  const weights = new Float64Array(draws); // ln
  for (let begin = 0; begin < draws; begin += CHUNK) {
    const count = Math.min(CHUNK, draws - begin);
    const codes = new Float32Array(count * latent);
    for (let draw = 0; draw < count; draw++) {
      let gain = spread; // 2 (ln p(z) − ln q(z|x)) = Σ ε² − z² + ln σ²
      for (let unit = 0; unit < latent; unit++) {
        const luck = normal(random);
        const value = mean[unit]! + deviation[unit]! * luck;
        codes[draw * latent + unit] = value;
        gain += luck * luck - value * value;
      }
      weights[begin + draw] = gain / 2;
    }
    const nats = await price(codes);
    for (let draw = 0; draw < count; draw++) weights[begin + draw]! -= nats[draw]!;
  }
  const highest = weights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Math.log(draws) - highest - Math.log(weights.reduce((sum, weight) => sum + Math.exp(weight - highest), 0));
};
