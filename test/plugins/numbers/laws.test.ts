import fc from 'fast-check';
import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import numbers from '../../../plugins/numbers/index.ts';
import { LevelsTokenizer } from '../../../plugins/numbers/levels-tokenizer.ts';

const settings = { fields: 3, low: -1, high: 2, levels: 6, outside: 'refuse' } as const;
const number = fc.integer({ min: -64, max: 128 }).map((n) => n / 64); // without rounding, so that its half is certain
const raw = fc.array(number, { minLength: 3, maxLength: 3 });

/** The middle of the half in which a number lies. */
const middle = (x: number): number => Math.min(1.75, Math.floor(x * 2) / 2 + 0.25);

await describeLaws(numbers, settings, {
  describe,
  it,
  use: 'levels',
  raw,
  parts: {
    tokenizer: {
      normalise: ((row: readonly number[]) => row.map(middle)) as never,
      others: [new LevelsTokenizer({ ...settings, levels: 8 }), new LevelsTokenizer({ ...settings, low: -2 })] as never,
    },
  },
});
