import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Item, Measures } from '../../../core/index.ts';
import { Diversity, type DiversityTally } from '../../../plugins/metrics/diversity.ts';

const PLAIN = { n: 4, self_bleu_rows: 500 };

const items = (kind: 'generated' | 'training', rows: readonly (readonly number[])[]): Item[] =>
  rows.map((row) => ({ kind, row: { tokens: Int32Array.from(row) }, raw: row.join(' ') }));

const fold = (diversity: Diversity, list: readonly Item[]): DiversityTally =>
  list.reduce<DiversityTally | undefined>((tally, item) => diversity.evaluate(item, tally), undefined)!;

const measure = (settings: Partial<typeof PLAIN>, list: readonly Item[]): Promise<Measures> => {
  const diversity = new Diversity({ ...PLAIN, ...settings });
  return diversity.report(fold(diversity, list));
};

const expectClose = (found: Measures, expected: Measures): void => {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) expect(found[name], name).toBeCloseTo(value, 10);
};

interface Case {
  readonly n: number;
  readonly generated: readonly (readonly number[])[];
  readonly training: readonly (readonly number[])[];
  readonly measures: Measures;
}

const cases: readonly Case[] = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8'));

describe('diversity', () => {
  for (const { n, generated, training, measures } of cases)
    it(`agrees with the papers’ definitions, n up to ${n}, ${generated.length} rows`, async () => {
      expectClose(await measure({ n }, [...items('training', training), ...items('generated', generated)]), measures);
      expectClose(await measure({ n }, [...items('generated', generated), ...items('training', training)].reverse()), measures);
    });

  it('adds up what hand and pencil do', async () => {
    const found = await measure({ n: 2 }, [
      ...items('training', [[1, 2, 3]]),
      ...items('generated', [
        [1, 2, 3],
        [1, 2, 4],
        [1, 2, 3],
      ]),
    ]);
    expect(found.distinct_1).toBeCloseTo(4 / 9, 12);
    expect(found.distinct_2).toBeCloseTo(3 / 9, 12); // 12 23 24, of 9 tokens
    expect(found.self_bleu).toBeCloseTo((1 + 1 + Math.sqrt((2 / 3) * (1 / 2))) / 3, 12);
    expect(found.unique_share).toBeCloseTo(2 / 3, 12);
    expect(found.copied_share).toBeCloseTo(2 / 3, 12);
  });

  it('n: how long n-grams are looked at', async () => {
    const list = items('generated', [
      [1, 2, 3],
      [1, 2, 4],
    ]);
    expect(Object.keys(await measure({ n: 1 }, list))).toEqual(['distinct_1', 'self_bleu', 'unique_share']);
    expect((await measure({ n: 1 }, list)).self_bleu).toBeCloseTo(2 / 3, 12);
    expect((await measure({ n: 3 }, list)).distinct_3).toBeCloseTo(2 / 6, 12);
  });

  it('self_bleu_rows: over so many rows at most, the same in any order', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => [i % 7, i % 5, i % 3, i % 11]);
    const [few, again, all] = await Promise.all([
      measure({ self_bleu_rows: 6 }, items('generated', rows)),
      measure({ self_bleu_rows: 6 }, items('generated', [...rows].reverse())),
      measure({}, items('generated', rows)),
    ]);
    expect(few).toEqual(again);
    expect(few.self_bleu).toBeLessThan(all.self_bleu!); // fewer rows to be like
    expect({ ...few, self_bleu: 0 }).toEqual({ ...all, self_bleu: 0 });
    expect(await measure({ self_bleu_rows: 0 }, items('generated', rows))).not.toHaveProperty('self_bleu');
  });

  it('says nothing of what it was not given', async () => {
    expect(await measure({}, items('training', [[1]]))).toEqual({});
    expect(await measure({ n: 1 }, items('generated', [[1]]))).toEqual({ distinct_1: 1, unique_share: 1 });
    expect(await measure({ n: 1 }, items('generated', [[], []]))).toEqual({ distinct_1: 0, self_bleu: 0, unique_share: 0.5 });
  });

  it('is a fold that may be taken apart anywhere, in any order', async () => {
    const row = fc.array(fc.nat(3), { maxLength: 6 });
    const item = fc
      .tuple(fc.constantFrom('generated' as const, 'training' as const), row)
      .map(([kind, tokens]) => items(kind, [tokens])[0]!);
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 2, maxLength: 30 }),
        fc.nat(),
        fc.constantFrom(3, 500),
        async (list, at, self_bleu_rows) => {
          const diversity = new Diversity({ n: 3, self_bleu_rows });
          const cut = 1 + (at % (list.length - 1));
          const whole = await diversity.report(fold(diversity, list));
          const [first, second] = [fold(diversity, list.slice(0, cut)), fold(diversity, list.slice(cut))];
          const before = await diversity.report(first);
          expect(await diversity.report(diversity.merge(first, second))).toEqual(whole);
          expect(await diversity.report(first)).toEqual(before); // neither half was changed
          expect(await diversity.report(fold(diversity, [...list].reverse()))).toEqual(whole);
        },
      ),
    );
  });
});
