import fc from 'fast-check';
import { createRandom } from '../../data/random.ts';
import { append, EMPTY, type Tokens } from '../../data/tokens.ts';
import type { Processor } from '../../stages/process.ts';
import { type Logits, logits } from '../arbitraries/logits.ts';
import { settings } from '../arbitraries/settings.ts';
import { seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import type { ProcessorSubject } from '../subjects/subjects.ts';

/** A row that grows: at each position its logits are processed, then an id is appended. */
interface Asked {
  readonly prompt: readonly number[];
  readonly steps: readonly { readonly logits: Logits; readonly id: number }[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

const WIDTH = 6;

const asked = ({ schema }: ProcessorSubject): fc.Arbitrary<Asked> => {
  const id = fc.nat(WIDTH - 1);
  return fc.record({
    prompt: fc.array(id, { maxLength: 3 }),
    steps: fc.array(fc.record({ logits: logits({ min: WIDTH, max: WIDTH }), id }), { minLength: 1, maxLength: 4 }),
    settings: schema ? settings(schema) : fc.constant({}),
    seed: seed(),
  });
};

/** Processes one position of a row. */
const once = (processor: Processor, tokens: Tokens, { prompt, seed }: Asked, logits: Logits, state: unknown) => {
  const data = Float32Array.from(logits);
  const context = { tokens, promptLength: prompt.length, position: tokens.length, random: createRandom(seed, tokens.length) };
  const after: unknown = processor.process(data, context, state);
  demand(!(after instanceof Promise), 'it answers a promise: logits are changed in place, before it returns');
  return { data, state: after };
};

/** Goes on with a row, a position at a time; `fresh`: what the processor answered before is not handed in again. */
const walking = (processor: Processor, sample: Asked, fresh = false) => {
  const { prompt, steps } = sample;
  let tokens: Tokens = append(EMPTY, 0, Int32Array.from(prompt));
  let state: unknown;
  let at = 0;
  return {
    over: () => at === steps.length,
    step(): { readonly logits: Float32Array; readonly before: Float32Array; readonly row: Tokens; readonly rowBefore: Tokens } {
      const { logits, id } = steps[at]!;
      const before = Float32Array.from(logits);
      const rowBefore = tokens.slice();
      const done = once(processor, tokens, sample, logits, fresh ? undefined : state);
      state = done.state;
      const row = tokens;
      tokens = append(tokens, 0, Int32Array.of(id));
      at++;
      return { logits: done.data, before, row, rowBefore };
    },
  };
};

const same = (one: ArrayLike<number>, other: ArrayLike<number>): boolean =>
  one.length === other.length && Array.from(one).every((x, i) => Object.is(x, other[i]) || x === other[i]);

/** What holds of every logits processor. */
export const processLaws: readonly Law<ProcessorSubject>[] = [
  law<ProcessorSubject, Asked>({
    name: 'process/leaves-a-choice',
    sentence: 'Where something was possible something stays so, and no logit becomes NaN or infinitely likely.',
    stage: 'process',
    arbitrary: asked,
    async check(subject, sample) {
      const walk = walking(await subject.make(sample.settings), sample);
      while (!walk.over()) {
        const { logits, before } = walk.step();
        demand(
          logits.every((x) => x < Number.POSITIVE_INFINITY),
          'a logit is NaN or +Infinity',
          { found: logits, before },
        );
        demand(
          logits.some((x) => Number.isFinite(x)),
          'nothing can be chosen any more',
          { found: logits, before },
        );
      }
    },
  }),

  law<ProcessorSubject, Asked>({
    name: 'process/row-untouched',
    sentence: 'The row that it reads is never written to.',
    stage: 'process',
    arbitrary: asked,
    async check(subject, sample) {
      const walk = walking(await subject.make(sample.settings), sample);
      while (!walk.over()) {
        const { row, rowBefore } = walk.step();
        demand(same(row, rowBefore), 'the row was changed', { expected: rowBefore, found: row });
      }
    },
  }),

  law<ProcessorSubject, { one: Asked; other: Asked }>({
    name: 'process/keeps-nothing',
    sentence: 'Two rows that take turns at one processor are processed as each alone: state goes in and comes out.',
    stage: 'process',
    arbitrary: (subject) => fc.record({ one: asked(subject), other: asked(subject) }),
    async check(subject, { one, other }) {
      const processor = await subject.make(one.settings);
      const alone = walking(await subject.make(one.settings), one);
      const [mine, theirs] = [walking(processor, one), walking(processor, other)];
      while (!mine.over()) {
        if (!theirs.over()) theirs.step();
        const [{ logits: found }, { logits: expected }] = [mine.step(), alone.step()];
        demand(same(found, expected), 'a neighbour changed the logits', { expected, found });
      }
    },
  }),

  law<ProcessorSubject, Asked>({
    name: 'process/state-of-tokens',
    sentence: 'Without what it answered before, it makes the same of the row itself: what was taken back leaves no trace.',
    stage: 'process',
    arbitrary: asked,
    async check(subject, sample) {
      const carried = walking(await subject.make(sample.settings), sample);
      const anew = walking(await subject.make(sample.settings), sample, true);
      while (!carried.over()) {
        const [{ logits: expected }, { logits: found }] = [carried.step(), anew.step()];
        demand(same(found, expected), 'the logits depend on more than the row', { expected, found });
      }
    },
  }),

  law<ProcessorSubject, Asked & { readonly other: number }>({
    name: 'process/forks',
    sentence: 'A row that goes on in two ways is processed in each as if the other were not: what it answered is a value.',
    stage: 'process',
    arbitrary: (subject) => fc.tuple(asked(subject), fc.nat(WIDTH - 1)).map(([sample, other]) => ({ ...sample, other })),
    async check(subject, sample) {
      const processor = await subject.make(sample.settings);
      const [{ logits, id }] = sample.steps as [Asked['steps'][number]];
      const { state } = once(processor, Int32Array.from(sample.prompt), sample, logits, undefined);
      once(processor, Int32Array.from([...sample.prompt, id]), sample, logits, state);
      const row = Int32Array.from([...sample.prompt, sample.other]);
      const { data: found } = once(processor, row, sample, logits, state);
      const { data: expected } = once(processor, row, sample, logits, undefined);
      demand(same(found, expected), 'the other way changed the logits', { expected, found });
    },
  }),
];
