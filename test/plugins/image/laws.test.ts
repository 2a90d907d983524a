import fc from 'fast-check';
import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import type { Image } from '../../../plugins/image/image.ts';
import image from '../../../plugins/image/index.ts';

const picture = (channels: 1 | 3, value: fc.Arbitrary<number>): fc.Arbitrary<Image> =>
  fc
    .array(value, { minLength: 6 * channels, maxLength: 6 * channels })
    .map((values) => ({ width: 3, height: 2, channels, data: Uint8Array.from(values) }));

const corpus = (channels: 1 | 3) => fc.sample(picture(channels, fc.nat(255)), { numRuns: 5, seed: 1 });
const nearest = (levels: number) => (raw: Image) => ({
  ...raw,
  data: raw.data.map((value) => Math.round((Math.round((value / 255) * (levels - 1)) * 255) / (levels - 1))),
});

const cases = [
  { levels: 256, channels: 1 },
  { levels: 7, channels: 3 },
  { levels: 2, channels: 1 },
] as const;
for (const { levels, channels } of cases)
  describeLaws(
    image,
    { levels },
    {
      describe,
      it,
      use: 'pixels',
      name: `pixels of ${levels} levels`,
      corpus: corpus(channels),
      raw: picture(channels, fc.nat(255)),
      parts: { tokenizer: { normalise: nearest(levels) as never } },
    },
  );

/** What lies between two levels is drawn, so that only levels themselves come back. */
describeLaws(
  image,
  { levels: 2, rounding: 'stochastic' },
  { describe, it, use: 'pixels', name: 'pixels drawn', corpus: corpus(1), raw: picture(1, fc.constantFrom(0, 255)) },
);
