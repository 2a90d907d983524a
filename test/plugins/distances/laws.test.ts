import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Item, Tokenizer } from '../../../core/index.ts';
import { describeLaws } from '../../../core/laws/index.ts';
import distances from '../../../plugins/distances/index.ts';

const LEVELS = 2 ** 24;

/** Rows of so many values out of many, so that no two are alike. */
const rowsOf = (shape: readonly number[]): Tokenizer => ({
  vocabulary: LEVELS,
  fingerprint: 'values',
  shape,
  tokenize: (raw) => raw as Int32Array,
  detokenize: (tokens) => tokens,
});
const size = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);
const items = (kinds: readonly ('real' | 'generated' | 'training')[], shape: readonly number[]): fc.Arbitrary<Item> =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    row: fc
      .array(fc.noBias(fc.integer({ min: 0, max: LEVELS - 1 })), { minLength: size(shape), maxLength: size(shape) })
      .map((ids) => ({ tokens: Int32Array.from(ids) })),
    raw: fc.constant('a picture'),
  });

const hold = (use: string, shape: readonly number[], settings: object, kinds: readonly ('real' | 'generated' | 'training')[]): void => {
  describeLaws(
    distances,
    { ...settings },
    {
      describe,
      it,
      use,
      name: `${use} of [${shape}]`,
      tokenizer: rowsOf(shape),
      raw: fc.constant('a picture'),
      exempt: { 'evaluate/report-changes-nothing': 'too few rows of a set are refused, so that there is no report before all have come' },
      parts: { evaluator: { item: items(kinds, shape), tolerance: 1e-6 } },
    },
  );
};

hold('distances', [1], { neighbours: 1, resamples: 20 }, ['real', 'generated']); // two rows are enough for a distance of one value
hold('distances', [2, 2], { neighbours: 1, measures: ['kid', 'precision_recall', 'density_coverage'] }, ['real', 'generated']);
hold('memorisation', [2, 1], { resamples: 20 }, ['real', 'generated', 'training']);
