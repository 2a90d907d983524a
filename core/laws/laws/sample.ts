import fc from 'fast-check';
import type { Prediction } from '../../data/prediction.ts';
import { append, type Tokens } from '../../data/tokens.ts';
import { takesSome } from '../../stages/capabilities.ts';
import type { Sampler } from '../../stages/sample.ts';
import { categorical, type Logits, logits, wideLogits } from '../arbitraries/logits.ts';
import { settings } from '../arbitraries/settings.ts';
import { seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { demandAlike } from '../probes/frequencies.ts';
import { aloneRequest, choose, tally, toldBy } from '../probes/sampling.ts';
import type { SamplerSubject } from '../subjects/subjects.ts';

interface Asked {
  readonly logits: Logits;
  readonly form: 'dense' | 'sparse';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

const settingsOf = ({ schema }: SamplerSubject): fc.Arbitrary<Record<string, unknown>> => (schema ? settings(schema) : fc.constant({}));

const asked = (
  subject: SamplerSubject,
  row: fc.Arbitrary<Logits> = fc.oneof({ weight: 15, arbitrary: logits() }, { weight: 1, arbitrary: wideLogits() }),
): fc.Arbitrary<Asked> =>
  fc.record({ logits: row, form: fc.constantFrom('dense' as const, 'sparse' as const), settings: settingsOf(subject), seed: seed() });

const extentOf = ({ capabilities }: SamplerSubject): 'next' | 'whole' =>
  takesSome(capabilities.predictions, [{ kind: 'categorical', extent: 'next' }]) ? 'next' : 'whole';

/** The same logits in each form at one position. */
const predicted = (subject: SamplerSubject, { logits, form }: Pick<Asked, 'logits' | 'form'>): Prediction =>
  categorical([logits], form, extentOf(subject));

const noCategories = ({ capabilities }: SamplerSubject): string | undefined =>
  capabilities.predictions?.every(({ kind }) => kind !== 'categorical') ? 'it takes no logits' : undefined;

/** Draws of one check that counts. */
const DRAWS = 200;

/** What holds of every sampler, whatever it aims at. */
export const sampleLaws: readonly Law<SamplerSubject>[] = [
  law<SamplerSubject, Asked>({
    name: 'sample/in-vocabulary',
    sentence: 'Rows go on from rows that are there, with ids of the vocabulary.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => asked(subject),
    async check(subject, sample) {
      const sampler = await subject.make(sample.settings);
      const prediction = predicted(subject, sample);
      const choice = await choose(sampler, prediction, aloneRequest(sample.seed));
      if (choice.state !== undefined) sampler.release?.(choice.state);
      const { inputIds, parents = [], emitted } = choice;
      for (const row of [...inputIds, ...(emitted ? [emitted] : [])])
        demand(row instanceof Int32Array && row.every((id) => id >= 0 && id < sample.logits.length), 'an id is outside the vocabulary', {
          found: row,
        });
      demand(
        parents.every((parent) => parent === 0),
        'a row goes on from one that is not there',
        { found: parents },
      );
      demand(choice.done === true || inputIds.length > 0, 'no row goes on, and it is not done');
    },
  }),

  law<SamplerSubject, Asked>({
    name: 'sample/possible',
    sentence: 'What has no probability is never told.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => asked(subject),
    async check(subject, sample) {
      const counts = await tally(await subject.make(sample.settings), predicted(subject, sample), sample.logits.length, 8, sample.seed);
      counts.forEach((count, id) => {
        demand(count === 0 || sample.logits[id] !== Number.NEGATIVE_INFINITY, 'the impossible is told', { found: id });
      });
    },
  }),

  law<SamplerSubject, Asked>({
    name: 'sample/same-seed',
    sentence: 'The same prediction, settings and luck give the same choice.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => asked(subject),
    async check(subject, sample) {
      const once = async () => {
        const sampler = await subject.make(sample.settings);
        const choice = await choose(sampler, predicted(subject, sample), aloneRequest(sample.seed));
        if (choice.state !== undefined) sampler.release?.(choice.state);
        return { fresh: choice.inputIds, from: choice.parents, back: choice.rollback, told: toldBy(choice), done: choice.done };
      };
      const [expected, found] = [await once(), await once()];
      demand(JSON.stringify(expected) === JSON.stringify(found), 'another choice', { expected, found });
    },
  }),

  law<SamplerSubject, Asked>({
    name: 'sample/prediction-untouched',
    sentence: 'A prediction is never written to.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => asked(subject),
    async check(subject, sample) {
      const prediction = predicted(subject, sample);
      const before = structuredClone(prediction);
      const sampler = await subject.make(sample.settings);
      const choice = await choose(sampler, prediction, aloneRequest(sample.seed));
      if (choice.state !== undefined) sampler.release?.(choice.state);
      demand(same(before, prediction), 'the prediction was changed', { expected: parts(before), found: parts(prediction) });
    },
  }),

  law<SamplerSubject, { one: Asked; other: Asked }>({
    name: 'sample/keeps-nothing',
    sentence: 'Two requests that take turns at one sampler are answered as each alone: state goes in and comes out.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => fc.record({ one: asked(subject, logits()), other: asked(subject, logits()) }),
    async check(subject, { one, other }) {
      const answers = async (disturbed: boolean) => {
        const sampler = await subject.make(one.settings);
        const mine = asking(subject, sampler, one);
        const theirs = asking(subject, sampler, other);
        const told: number[][] = [];
        for (let step = 0; step < 3; step++) {
          if (disturbed) await theirs.step();
          told.push(await mine.step());
        }
        mine.end();
        theirs.end();
        return told;
      };
      const [expected, found] = [await answers(false), await answers(true)];
      demand(JSON.stringify(expected) === JSON.stringify(found), 'a neighbour changed the answer', { expected, found });
    },
  }),

  law<SamplerSubject, Omit<Asked, 'form'>>({
    name: 'sample/dense-or-sparse',
    sentence: 'Dense and sparse logits of one distribution are answered alike.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) => fc.record({ logits: logits({ ties: false }), settings: settingsOf(subject), seed: seed() }),
    async check(subject, { logits, settings, seed }) {
      const count = async (form: 'dense' | 'sparse', stream: number) =>
        tally(await subject.make(settings), predicted(subject, { logits, form }), logits.length, DRAWS, 2 * seed + stream);
      demandAlike(await count('dense', 0), await count('sparse', 1));
    },
  }),

  law<SamplerSubject, Asked>({
    name: 'sample/as-its-processors',
    sentence: 'What it does in one go is what its processors do one after the other.',
    stage: 'sample',
    silent: (subject) => noCategories(subject) ?? (subject.plain ? undefined : 'it is no chain of processors, as far as is known'),
    arbitrary: (subject) =>
      fc.record({
        logits: logits({ ties: false }),
        form: fc.constantFrom('dense' as const, 'sparse' as const),
        settings: settingsOf(subject),
        seed: seed(),
      }),
    async check(subject, sample) {
      const count = async (sampler: Sampler, stream: number) =>
        tally(sampler, predicted(subject, sample), sample.logits.length, DRAWS, 2 * sample.seed + stream);
      demandAlike(await count(await subject.plain!(sample.settings), 0), await count(await subject.make(sample.settings), 1));
    },
  }),

  law<SamplerSubject, Omit<Asked, 'form'> & { order: readonly number[] }>({
    name: 'sample/names-do-not-matter',
    sentence: 'Where ids change places, what is chosen changes with them.',
    stage: 'sample',
    silent: noCategories,
    arbitrary: (subject) =>
      logits({ ties: false }).chain((row) =>
        fc.record({
          logits: fc.constant(row),
          order: fc.shuffledSubarray([...row.keys()], { minLength: row.length, maxLength: row.length }),
          settings: settingsOf(subject),
          seed: seed(),
        }),
      ),
    async check(subject, { logits, order, settings, seed }) {
      const count = async (row: Logits, first: number, stream: number) =>
        tally(
          await subject.make(settings),
          predicted(subject, { logits: row, form: 'dense' }),
          row.length,
          DRAWS,
          2 * seed + stream,
          Int32Array.of(first),
        );
      const plain = await count(logits, 0, 0);
      const moved = await count(
        order.map((id) => logits[id]!),
        order.indexOf(0),
        1,
      );
      demandAlike(
        order.map((id) => plain[id]!),
        moved,
      );
    },
  }),
];

/** A request that goes on, step by step, always the same predicted, at as many positions as it reads. */
const asking = (subject: SamplerSubject, sampler: Sampler, sample: Asked) => {
  const request = aloneRequest(sample.seed);
  let rows: readonly Tokens[] = request.prompt.map(({ tokens }) => tokens);
  let reads = 1;
  let state: unknown;
  let over = false;
  return {
    async step(): Promise<number[]> {
      if (over) return [];
      const positions = categorical(new Array<Logits>(reads).fill(sample.logits), sample.form, extentOf(subject));
      const choice = await sampler.sample({ ...positions, counts: [reads] }, rows, state, request);
      state = choice.state;
      over = choice.done === true || choice.inputIds.length !== 1 || choice.inputIds[0]!.length === 0;
      reads = choice.inputIds[0]?.length ?? 0;
      if (!over) rows = [append(rows[0]!, choice.rollback?.[0] ?? 0, choice.inputIds[0]!)];
      return Array.from(toldBy(choice));
    },
    end: () => state !== undefined && sampler.release?.(state),
  };
};

const parts = (prediction: Prediction): unknown =>
  prediction.kind === 'categorical' ? { ...prediction.logits, dims: undefined } : undefined;

const same = (one: Prediction, other: Prediction): boolean => {
  if (one.kind !== 'categorical' || other.kind !== 'categorical') return false;
  const [left, right] = [one.logits, other.logits].map((logits) =>
    Object.values(logits).map((part) => (ArrayBuffer.isView(part) ? (part as Float32Array).join() : String(part))),
  );
  return left!.join(';') === right!.join(';');
};
