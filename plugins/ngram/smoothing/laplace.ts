import { Type } from '../../../core/declaring.ts';
import { predictable, type Smoothing } from './smoothing.ts';

/** Add-k smoothing: p(w | h) = (c(h w) + k) / (c(h ·) + k V), where h is the whole context and V the number of predictable ids. */
export const laplace: Smoothing<{ readonly k: number }> = {
  name: 'laplace',
  settings: Type.Object(
    {
      k: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          maximum: 1000,
          default: 1,
          description: 'Added to every count; 1 is Laplace’s own.',
          examples: [0.5],
        }),
      ),
    },
    { additionalProperties: false, description: 'Settings of laplace.' },
  ),
  defaults: { k: 1 },
  falls: 'ids',
  estimate(counted, { k }, tell) {
    const { levels, counts, silent } = counted;
    const share = k * predictable(counted);
    const [unigrams] = levels;
    if (levels.length > 1) unigrams!.logits.fill(-Math.log(predictable(counted)));
    else addK(unigrams!.logits, counts[0]!, 0, unigrams!.size, k, share);
    if (silent >= 0) unigrams!.logits[silent] = -Infinity;
    tell(1, { ngrams: unigrams!.size });
    for (let at = 1; at < levels.length; at++) {
      const { first, weights } = levels[at - 1]!;
      for (let context = 0; context < weights.length; context++) {
        const total = addK(levels[at]!.logits, counts[at]!, first[context]!, first[context + 1]!, k, share);
        weights[context] = Math.log(share / (total + share));
      }
      tell(at + 1, { ngrams: levels[at]!.size });
    }
  },
};

const addK = (logits: Float32Array, counts: Uint32Array, begin: number, end: number, k: number, share: number): number => {
  let total = 0;
  for (let i = begin; i < end; i++) total += counts[i]!;
  for (let i = begin; i < end; i++) logits[i] = Math.log((counts[i]! + k) / (total + share));
  return total;
};
