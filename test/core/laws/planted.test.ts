import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hold, type Kind, type Law, laws, readRepro, replay, type Verdict } from '../../../core/laws/index.ts';
import { writeRepro } from '../../../core/laws/runner/repro.ts';
import { mutants } from './mutants/index.ts';
import { forgetsBack, losesSurrogates, mixesMemories } from './mutants/planted.ts';

const planted = { forgetsBack, losesSurrogates, mixesMemories };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repro-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const lawOf = (kind: Kind, name: string): Law<never> => laws[kind].find((law) => law.name === name)! as Law<never>;

const failureOf = (verdict: Verdict) => {
  if (verdict.outcome !== 'broken') throw new Error(`${verdict.law} ${verdict.outcome}`);
  return verdict.failure;
};

/** How many ids, or letters, stand in a counter-example's fields. */
const size = (counterexample: Readonly<Record<string, string>>, ...fields: string[]): number =>
  fields
    .map((field) => [...(counterexample[field] ?? '').matchAll(/(?<=(?:tokens: \[|^\[|, )[^[\]]*?)-?\d+/g)].length)
    .reduce((a, b) => a + b, 0);

const bugs = [
  { kind: 'tokenizer', law: 'tokenize/round-trip', bug: 'losesSurrogates', fields: ['tokens'] },
  { kind: 'sampler', law: 'sample/told-is-read', bug: 'forgetsBack', fields: ['told'] },
  { kind: 'backend', law: 'attend/joining-a-batch', bug: 'mixesMemories', fields: ['rows', 'more'] },
] as const;

describe('a planted bug', () => {
  for (const { kind, law, bug, fields } of bugs)
    it(`${bug} shrinks to at most three tokens, whatever the seed`, async () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { counterexample } = failureOf(await hold(lawOf(kind, law), planted[bug] as never, { seed, runs: 1000, seconds: 3600 }));
        expect(size(counterexample, ...fields), JSON.stringify(counterexample)).toBeGreaterThan(0);
        expect(size(counterexample, ...fields), JSON.stringify(counterexample)).toBeLessThanOrEqual(3);
      }
    });

  for (const { kind, law, bug } of bugs)
    it(`${bug} is replayed from its file and its module alone`, async () => {
      const failure = failureOf(await hold(lawOf(kind, law), planted[bug] as never, { seed: 3, runs: 1000 }));
      const origin = { kind, name: bug, module: './test/core/laws/mutants/planted.ts', export: bug };
      const file = await writeRepro(folder, origin, failure);
      const again = failureOf(await replay(file));
      expect({ ...again, runs: 0, shrinks: 0 }).toEqual({ ...failure, runs: 0, shrinks: 0 });
    });
});

/** Mutants whose own luck is not the sample's: what they do wrong is that they cannot be repeated. */
const CARELESS = [
  'tokenize/repeatable',
  'decode/repeatable',
  'generate/same-seed',
  'sample/same-seed',
  'train/same-seed',
  'evaluate/repeatable',
  'train/at-any-speed',
];

it('replays fifty of fifty recorded failures to the same counter-example', async () => {
  const all = (Object.keys(laws) as Kind[]).flatMap((kind) =>
    laws[kind]
      .map(({ name }) => ({ kind, name }))
      .filter(({ name }) => !CARELESS.includes(name) && name !== 'generate/others-have-their-turn'),
  );
  const chosen = fc.sample(fc.shuffledSubarray(all, { minLength: 50, maxLength: 50 }), { numRuns: 1, seed: 11 })[0]!;
  let same = 0;
  for (const { kind, name } of chosen) {
    const law = lawOf(kind, name);
    const how = { runs: 1000 / (law.share ?? 1), seed: 5, seconds: 3600, shrinking: 10 };
    const failure = failureOf(await hold(law, mutants[kind][name]!() as never, how));
    await writeRepro(folder, { kind, name: 'fifty' }, failure);
  }
  for (const file of (await readdir(folder)).filter((file) => file.startsWith('fifty'))) {
    const repro = await readRepro(join(folder, file));
    const { kind } = repro.subject;
    const again = failureOf(await replay(join(folder, file), { subject: mutants[kind][repro.law]!() }));
    expect(again.counterexample, repro.law).toEqual(repro.counterexample);
    expect(again.message).toBe(repro.message);
    same++;
  }
  expect(same).toBe(50);
});

it('says what is wrong with a repro that is none', async () => {
  await expect(replay(join(folder, 'absent.json'))).rejects.toThrow('is no repro');
  const subject = { kind: 'tokenizer' as const, name: 'mine' };
  const repro = { law: 'tokenize/round-trip', subject, seed: 1, path: '0', runs: 1, message: '', counterexample: {} };
  await expect(replay(repro)).rejects.toThrow('does not say which module "mine" comes from');
  await expect(replay({ ...repro, law: 'tokenize/nonsense' })).rejects.toThrow('no such law');
});
