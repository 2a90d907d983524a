import fc from 'fast-check';
import { assemble } from '../../decode-loop/model.ts';
import { categorical, type Logits, logits, softmax } from '../arbitraries/logits.ts';
import { tableModel } from '../arbitraries/table.ts';
import { seed } from '../arbitraries/tokens.ts';
import { tableBackend } from '../fakes/table-backend.ts';
import { probabilitiesAfter, type TableModel } from '../fakes/table-model.ts';
import { demand, type Law, law } from '../law.ts';
import { demandFrequencies } from '../probes/frequencies.ts';
import { join } from '../probes/reading.ts';
import { aloneRequest, choose, notDrawing, settingOf, tally, toldBy, without } from '../probes/sampling.ts';
import { requestOf, story, told } from '../probes/story.ts';
import type { SamplerSubject } from '../subjects/subjects.ts';

/** Draws of one check that counts. */
const DRAWS = 300;

interface Drawn {
  readonly logits: Logits;
  readonly seed: number;
}

const drawn = (): fc.Arbitrary<Drawn> => fc.record({ logits: logits({ ties: false }), seed: seed() });

/** A law of one setting, held against its published formula: the ids it keeps, in proportion to their probability. */
const keeps = <Value>(
  name: string,
  sentence: string,
  reference: string,
  setting: string,
  value: fc.Arbitrary<Value>,
  keep: (probabilities: Float64Array, value: Value) => readonly boolean[] | undefined,
): Law<SamplerSubject> =>
  law<SamplerSubject, Drawn & { value: Value }>({
    name,
    sentence,
    reference,
    stage: 'sample',
    silent: without(setting),
    arbitrary: () => fc.record({ logits: logits({ ties: false }), value, seed: seed() }),
    async check(subject, { logits, value, seed }) {
      const probabilities = softmax(logits);
      const kept = keep(probabilities, value);
      if (!kept) return;
      const mass = probabilities.reduce((sum, p, id) => (kept[id] ? sum + p : sum), 0);
      const sampler = await subject.make({ ...subject.neutral, [setting]: value });
      const found = await tally(sampler, categorical([logits]), logits.length, DRAWS, seed);
      demandFrequencies(
        found,
        probabilities.map((p, id) => (kept[id] ? p / mass : 0)),
      );
    },
  });

/** The mass of all that is more probable, for each id. */
const above = (probabilities: Float64Array): number[] =>
  Array.from(probabilities, (p) => probabilities.reduce((sum, q) => (q > p ? sum + q : sum), 0));

/** What holds of samplers that draw, held against the formulas of their settings. */
export const drawLaws: readonly Law<SamplerSubject>[] = [
  law<SamplerSubject, Drawn & { form: 'dense' | 'sparse' }>({
    name: 'sample/frequencies',
    sentence: 'Under neutral settings ids come as often as is predicted.',
    reference: 'likelihood-ratio chi-square, false alarms at most once in 10¹² checks (Agrawal 2020)',
    stage: 'sample',
    silent: notDrawing,
    arbitrary: () => fc.record({ logits: logits(), form: fc.constantFrom('dense' as const, 'sparse' as const), seed: seed() }),
    async check(subject, { logits, form, seed }) {
      const found = await tally(await subject.make(subject.neutral!), categorical([logits], form), logits.length, DRAWS, seed);
      demandFrequencies(found, softmax(Float32Array.from(logits)));
    },
  }),

  law<SamplerSubject, { table: TableModel; seed: number }>({
    name: 'sample/sequence-frequencies',
    sentence: 'Under neutral settings whole sequences come as often as the product of their predictions says.',
    reference: 'exactness of speculative sampling: Leviathan et al. 2023, theorem 3.5',
    stage: 'sample',
    share: 0.2,
    silent: notDrawing,
    arbitrary: () => fc.record({ table: tableModel({ vocabulary: 3, order: 1 }), seed: seed() }),
    async check(subject, { table, seed }) {
      const { vocabulary } = table;
      const model = assemble(tableBackend(table));
      const prompt = { tokens: Int32Array.of(0) };
      const found = new Array<number>(vocabulary ** LENGTH).fill(0);
      for (let i = 0; i < DRAWS; i++) {
        const steps = await story(
          subject.loop,
          model,
          await subject.make(subject.neutral!),
          requestOf({ prompt, seed: seed * DRAWS + i, limit: LENGTH }),
        );
        found[told(steps).reduce((place, id) => place * vocabulary + id, 0)]!++;
      }
      const expected = found.map((_, place) => {
        const ids = Array.from({ length: LENGTH }, (_, at) => Math.floor(place / vocabulary ** (LENGTH - 1 - at)) % vocabulary);
        return ids.reduce((p, id, at) => p * probabilitiesAfter(table, join(prompt.tokens, Int32Array.from(ids.slice(0, at))))[id]!, 1);
      });
      demandFrequencies(found, expected);
    },
  }),

  law<SamplerSubject, Drawn & { shift: number }>({
    name: 'sample/shift-invariant',
    sentence: 'A constant added to all logits changes no choice: they are unnormalised.',
    stage: 'sample',
    silent: notDrawing,
    arbitrary: () =>
      fc.record({ logits: logits({ ties: false }), shift: fc.integer({ min: -400, max: 400 }).map((n) => n / 4), seed: seed() }),
    async check(subject, { logits, shift, seed }) {
      const once = async (row: Logits) =>
        toldBy(await choose(await subject.make(subject.neutral!), categorical([row]), aloneRequest(seed)));
      const [expected, found] = [await once(logits), await once(logits.map((x) => x + shift))];
      demand(expected.join() === found.join(), 'another choice', { expected, found });
    },
  }),

  law<SamplerSubject, Drawn>({
    name: 'sample/cold-is-argmax',
    sentence: 'As the temperature goes to nought, the most probable id is chosen.',
    reference: 'Ackley, Hinton & Sejnowski 1985',
    stage: 'sample',
    silent: without('temperature'),
    arbitrary: drawn,
    async check(subject, { logits, seed }) {
      const { minimum, exclusiveMinimum } = settingOf(subject, 'temperature') as { minimum?: number; exclusiveMinimum?: number };
      const temperature =
        Math.max(minimum ?? 0, 0) || Math.max((exclusiveMinimum ?? 0) * 1.001, minimum === 0 && seed % 2 === 0 ? 0 : 0.005);
      if (temperature > 0.01) return;
      const sampler = await subject.make({ ...subject.neutral, temperature });
      const found = await tally(sampler, categorical([logits]), logits.length, 8, seed);
      const best = logits.indexOf(Math.max(...logits));
      demand(found[best] === 8, 'another id than the most probable', { temperature, expected: best, found });
    },
  }),

  law<SamplerSubject, Drawn & { temperature: number }>({
    name: 'sample/temperature',
    sentence: 'At a temperature, logits are divided by it.',
    reference: 'Ackley, Hinton & Sejnowski 1985',
    stage: 'sample',
    silent: without('temperature'),
    arbitrary: () => fc.record({ logits: logits({ ties: false }), temperature: fc.constantFrom(0.5, 0.75, 1.5, 2), seed: seed() }),
    async check(subject, { logits, temperature, seed }) {
      const sampler = await subject.make({ ...subject.neutral, temperature });
      demandFrequencies(await tally(sampler, categorical([logits]), logits.length, DRAWS, seed), softmax(logits, temperature));
    },
  }),

  keeps(
    'sample/top-k',
    'Of all ids the k most probable are kept, in proportion.',
    'Fan, Lewis & Dauphin 2018',
    'top_k',
    fc.integer({ min: 1, max: 12 }),
    (probabilities, k) => Array.from(probabilities, (p) => probabilities.filter((q) => q > p).length < k),
  ),

  keeps(
    'sample/top-p',
    'The smallest set of the most probable ids whose mass reaches p is kept, in proportion.',
    'Holtzman et al. 2020',
    'top_p',
    fc.integer({ min: 1, max: 19 }).map((n) => n / 20),
    (probabilities, p) => {
      const before = above(probabilities);
      return before.some((mass) => Math.abs(mass - p) < 1e-4) ? undefined : before.map((mass) => mass < p);
    },
  ),

  keeps(
    'sample/min-p',
    'Ids at least a share as probable as the most probable are kept, in proportion.',
    'Nguyen et al. 2024',
    'min_p',
    fc.integer({ min: 1, max: 19 }).map((n) => n / 20),
    (probabilities, share) => {
      const least = share * Math.max(...probabilities);
      return probabilities.some((p) => Math.abs(p - least) < 1e-5) ? undefined : Array.from(probabilities, (p) => p >= least);
    },
  ),

  law<SamplerSubject, Drawn & { k: number; p: number }>({
    name: 'sample/settings-nest',
    sentence: 'Narrowed by two settings at once, a choice is one that each of them allows.',
    stage: 'sample',
    silent: without('top_k', 'top_p'),
    arbitrary: () =>
      fc.record({
        logits: logits({ ties: false }),
        k: fc.integer({ min: 1, max: 12 }),
        p: fc.integer({ min: 1, max: 19 }).map((n) => n / 20),
        seed: seed(),
      }),
    async check(subject, { logits, k, p, seed }) {
      const sampler = await subject.make({ ...subject.neutral, top_k: k, top_p: p });
      const found = await tally(sampler, categorical([logits]), logits.length, 16, seed);
      const probabilities = softmax(logits);
      const before = above(probabilities);
      found.forEach((count, id) => {
        const ahead = probabilities.filter((q) => q > probabilities[id]!).length;
        demand(count === 0 || (ahead < k && before[id]! < p + 1e-4), 'one of the settings does not allow this', {
          found: id,
          ahead,
          mass: before[id],
        });
      });
    },
  }),
];

/** How long the sequences are that are counted. */
const LENGTH = 3;
