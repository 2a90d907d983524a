import { Type } from '../../../core/declaring.ts';
import { type Counted, predictable, type Smoothing } from './smoothing.ts';

type Discounts = readonly [once: number, twice: number, more: number];

const discount = (maximum: number) => Type.Number({ exclusiveMinimum: 0, maximum });

/**
 * Interpolated modified Kneser–Ney (Chen & Goodman 1998, section 3), as KenLM's lmplz estimates it (Heafield et al. 2013):
 * p(w | h) = (a(h w) − D(a(h w))) / a(h ·) + γ(h) p(w | h without its first), γ(h) = Σ D(a(h ·)) / a(h ·); unigrams fall to 1/V.
 */
export const kneserNey: Smoothing<{ readonly discount_fallback: Discounts }> = {
  name: 'kneser-ney',
  settings: Type.Object(
    {
      discount_fallback: Type.Optional(
        Type.Tuple([discount(1), discount(2), discount(3)], {
          default: [0.5, 1, 1.5],
          description: 'What is taken off counts of 1, of 2 and from 3 on, in an order with too few counts to estimate it.',
          examples: [[0.4, 0.8, 1.2]],
        }),
      ),
    },
    { additionalProperties: false, description: 'Settings of kneser-ney.' },
  ),
  defaults: { discount_fallback: [0.5, 1, 1.5] },
  falls: 'shorter',
  estimate(counted, { discount_fallback }, tell) {
    const { levels, silent } = counted;
    let lower = Float64Array.of(1 / predictable(counted));
    levels.forEach((level, at) => {
      const below = levels[at - 1];
      const first = below?.first ?? Int32Array.of(0, level.size);
      const counts = adjusted(counted, at);
      const found = discounts(counts);
      const off = Float64Array.of(0, ...(found ?? discount_fallback));
      const shares = new Float64Array(level.size);
      for (let context = 0; context + 1 < first.length; context++) {
        const [begin, end] = [first[context]!, first[context + 1]!];
        if (begin === end) continue;
        let [total, spared] = [0, 0];
        for (let i = begin; i < end; i++) {
          total += counts[i]!;
          spared += off[Math.min(counts[i]!, 3)]!;
        }
        const weight = spared / total;
        if (below) below.weights[context] = Math.log(weight);
        for (let i = begin; i < end; i++) {
          shares[i] = (counts[i]! - off[Math.min(counts[i]!, 3)]!) / total + weight * lower[below ? level.links[i]! : 0]!;
          level.logits[i] = Math.log(shares[i]!);
        }
      }
      if (at === 0 && silent >= 0) level.logits[silent] = -Infinity;
      lower = shares;
      tell(at + 1, { ngrams: level.size, d1: off[1]!, d2: off[2]!, d3: off[3]!, fallback: found ? 0 : 1 });
    });
  },
};

/** Of the longest n-grams how often they were read, of shorter ones how many different ids came before; the edge of a row is one, `start` counts each time. */
const adjusted = ({ levels, counts, opening }: Counted, at: number): Uint32Array => {
  const read = counts[at]!;
  const above = levels[at + 1];
  if (!above) return read;
  const kinds = new Uint32Array(read.length);
  const preceded = new Uint32Array(read.length);
  for (let i = 0; i < above.size; i++) {
    const link = above.links[i]!;
    kinds[link] = kinds[link]! + 1;
    preceded[link] = preceded[link]! + counts[at + 1]![i]!;
  }
  for (let i = 0; i < read.length; i++) if (read[i]! > preceded[i]!) kinds[i] = kinds[i]! + 1;
  const [begin, end] = opening[at]!;
  kinds.set(read.subarray(begin, end), begin);
  return kinds;
};

/** Chen & Goodman's equation 26: D_j = j − (j + 1) Y n_{j+1} / n_j, Y = n_1 / (n_1 + 2 n_2); none where that has no value in (0, j]. */
const discounts = (counts: Uint32Array): Discounts | undefined => {
  const n = [0, 0, 0, 0, 0, 0];
  for (const count of counts) n[Math.min(count, 5)]!++;
  const [, once, twice] = n as [number, number, number];
  const y = once / (once + 2 * twice);
  const d = [1, 2, 3].map((j) => j - ((j + 1) * y * n[j + 1]!) / n[j]!);
  return d.every((amount, below) => amount > 0 && amount <= below + 1) ? (d as [number, number, number]) : undefined;
};
