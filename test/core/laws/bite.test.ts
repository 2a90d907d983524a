import { describe, expect, it } from 'vitest';
import { FALSE_ALARM, hold, isDeep, laws } from '../../../core/laws/index.ts';
import { honest, kinds, lawsOf } from './honest/index.ts';
import { mutants } from './mutants/index.ts';

it('raises a false alarm in twenty deep tiers less than once in a thousand times, were every law a chi-square', () => {
  const pairs = kinds.reduce((sum, kind) => sum + laws[kind].length * honest[kind].length, 0);
  expect(20 * 10_000 * pairs * FALSE_ALARM).toBeLessThan(1e-3);
});

it('counts at least forty laws, each of a name and a sentence of its own', () => {
  const all = kinds.flatMap((kind) => [...lawsOf(kind)]);
  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(all.map(({ sentence }) => sentence)).size).toBe(all.length);
  for (const { name, stage } of all) expect(name.startsWith(`${stage}/`)).toBe(true);
});

it('has a mutant for every law, and none besides', () => {
  for (const kind of kinds)
    expect(Object.keys(mutants[kind]).sort()).toEqual(
      lawsOf(kind)
        .map(({ name }) => name)
        .sort(),
    );
});

for (const kind of kinds)
  describe(kind, () => {
    for (const law of lawsOf(kind)) {
      it(`${law.name} holds of what is right`, async () => {
        const subjects = honest[kind].filter((subject) => law.silent?.(subject as never) === undefined);
        expect(subjects.length).toBeGreaterThan(0);
        const runs = Math.ceil((isDeep() ? 10_000 : 40) / subjects.length);
        for (const subject of subjects) {
          const verdict = await hold(law, subject as never, { runs });
          expect(verdict.outcome === 'broken' ? verdict.failure : undefined).toBeUndefined();
        }
      }, 3_600_000);

      it(`${law.name} bites`, async () => {
        const subject = mutants[kind][law.name]!();
        const verdict = await hold(law, subject as never, { runs: 1000 / (law.share ?? 1), seed: 1, seconds: 3600, shrink: false });
        expect(verdict.outcome).toBe('broken');
        if (verdict.outcome === 'broken') expect(verdict.failure.runs).toBeLessThanOrEqual(1000);
      });
    }
  });
