import { describe, expect, it } from 'vitest';
import { hold, type Kind, type Law, laws, plainSampler, type Subjects } from '../../../core/laws/index.ts';
import { honestBackends } from './honest/backends.ts';
import { unitsSubject } from './honest/code-units.ts';
import { trainerOf } from './honest/counting.ts';
import { Drafting, draftingOf } from './honest/drafting.ts';
import { Filtering, samplerOf } from './honest/filtering.ts';
import { meanSubject } from './honest/mean.ts';
import { mutants } from './mutants/index.ts';

/** Stages that are right: every law speaks of at least one of its kind. */
const honest: { readonly [K in Kind]: readonly Subjects[K][] } = {
  tokenizer: [unitsSubject()],
  backend: honestBackends,
  sampler: [samplerOf((settings) => new Filtering(settings)), draftingOf(() => new Drafting()), draftingOf(() => plainSampler)],
  evaluator: [meanSubject()],
  trainer: [trainerOf()],
};

const kinds = Object.keys(laws) as Kind[];
const lawsOf = (kind: Kind): readonly Law<never>[] => laws[kind] as readonly Law<never>[];

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
        let spoke = false;
        for (const subject of honest[kind]) {
          const verdict = await hold(law, subject as never);
          expect(verdict.outcome === 'broken' ? verdict.failure : undefined).toBeUndefined();
          spoke ||= verdict.outcome === 'holds';
        }
        expect(spoke).toBe(true);
      }, 3_600_000);

      it(`${law.name} bites`, async () => {
        const subject = mutants[kind][law.name]!();
        const verdict = await hold(law, subject as never, { runs: 1000 / (law.share ?? 1), seed: 1, seconds: 50 });
        expect(verdict.outcome).toBe('broken');
        if (verdict.outcome === 'broken') expect(verdict.failure.runs).toBeLessThanOrEqual(1000);
      });
    }
  });
