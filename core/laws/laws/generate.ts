import fc from 'fast-check';
import type { Batch, Row } from '../../data/tokens.ts';
import { assemble } from '../../decode-loop/model.ts';
import { isAbort, StagewrightError } from '../../errors.ts';
import type { Sampler } from '../../stages/sample.ts';
import { chaos, type Move } from '../arbitraries/schedule.ts';
import { batch, type Prompt, prompt, seed } from '../arbitraries/tokens.ts';
import { type Scripted, scripted } from '../fakes/script.ts';
import { demand, type Law, law } from '../law.ts';
import { chaoticSampler, demandFresh } from '../probes/chaos.ts';
import { ledger } from '../probes/ledger.ts';
import { join } from '../probes/reading.ts';
import { toldBy } from '../probes/sampling.ts';
import { comparable, requestOf, sameStory, story, told } from '../probes/story.ts';
import { askedOf, type BackendSubject, contextOf, nextOnly, rowOf } from '../subjects/subjects.ts';

interface Chaos {
  readonly prompt: Batch<Row>;
  readonly moves: readonly (readonly Move[])[];
  readonly all: boolean;
  readonly chunk: number;
  readonly seed: number;
}

const chaotic = (subject: BackendSubject): fc.Arbitrary<Chaos> =>
  fc.record({
    prompt: batch(rowOf(subject, 0.5), { min: 1, max: 2 }),
    moves: chaos(subject.vocabulary),
    all: fc.boolean(),
    chunk: fc.integer({ min: 1, max: 9 }),
    seed: seed(),
  });

const chaoticRequest = ({ prompt, seed }: Chaos) => ({ ...requestOf({ prompt: prompt[0]!, seed, limit: 64 }), prompt });

/** What holds of generation, whatever the backend and the sampler. */
export const generateLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, Chaos>({
    name: 'generate/chaos',
    sentence:
      'A sampler that reorders, repeats, drops, takes back and feeds rows at random sees what a fresh reading of its rows predicts.',
    stage: 'generate',
    silent: (subject) => nextOnly(subject) ?? comparable(subject),
    arbitrary: chaotic,
    async check(subject, sample) {
      const sampler = chaoticSampler(sample.prompt, sample.moves, contextOf(subject), demandFresh(subject, sample.seed));
      const reads = sample.all ? ('all' as const) : ('last' as const);
      await story(subject.loop, assemble(subject.stages), { ...sampler, reads } as never, chaoticRequest(sample), sample.chunk);
    },
  }),

  law<BackendSubject, Chaos & { leave: number }>({
    name: 'generate/released-once',
    sentence: 'Whenever its reader leaves, every memory that was opened is released, and none twice.',
    stage: 'generate',
    silent: nextOnly,
    arbitrary: (subject) => fc.tuple(chaotic(subject), fc.nat(5)).map(([sample, leave]) => ({ ...sample, leave })),
    async check(subject, sample) {
      const book = ledger(subject.stages);
      const sampler = chaoticSampler(sample.prompt, sample.moves, contextOf(subject));
      let pulled = 0;
      for await (const _ of subject.loop.steps(assemble(book.stages), sampler as never, chaoticRequest(sample), sample.chunk))
        if (pulled++ >= sample.leave) break;
      book.settle();
    },
  }),

  law<BackendSubject, Chaos & { verb: Scripted; call: number }>({
    name: 'generate/released-when-failing',
    sentence: 'Whichever stage fails, and whenever, its error reaches the reader and every memory is released.',
    stage: 'generate',
    silent: nextOnly,
    arbitrary: (subject) =>
      fc
        .tuple(chaotic(subject), fc.constantFrom<Scripted>('encode', 'attend', 'decode', 'rewind'), fc.integer({ min: 1, max: 5 }))
        .map(([sample, verb, call]) => ({ ...sample, verb, call })),
    async check(subject, sample) {
      const { verb, call } = sample;
      const stages = scripted(subject.stages, { failures: [{ verb, call }] });
      const book = ledger(stages);
      const sampler = chaoticSampler(sample.prompt, sample.moves, contextOf(subject));
      const outcome = await story(subject.loop, assemble(book.stages), sampler as never, chaoticRequest(sample), sample.chunk).then(
        () => undefined,
        (error: unknown) => error,
      );
      demand(stages.failed() === 0 || outcome !== undefined, 'the failure was swallowed');
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Prompt }>({
    name: 'generate/same-seed',
    sentence: 'The same request with the same seed tells the same.',
    stage: 'generate',
    silent: comparable,
    arbitrary: (subject) => fc.record({ asked: askedOf(subject) }),
    async check(subject, { asked }) {
      const model = assemble(subject.stages);
      const once = await story(subject.loop, model, subject.sampler, requestOf(asked));
      sameStory(subject, once, await story(subject.loop, model, subject.sampler, requestOf(asked)));
    },
  }),

  law<BackendSubject, { asked: Prompt; chunk: number }>({
    name: 'generate/prefill-in-chunks',
    sentence: 'A prompt read in chunks is gone on from as one read at once.',
    stage: 'generate',
    silent: (subject) => nextOnly(subject) ?? comparable(subject),
    arbitrary: (subject) => fc.record({ asked: askedOf(subject), chunk: fc.integer({ min: 1, max: 4 }) }),
    async check(subject, { asked, chunk }) {
      const model = assemble(subject.stages);
      const once = await story(subject.loop, model, subject.sampler, requestOf(asked), Number.POSITIVE_INFINITY);
      sameStory(subject, once, await story(subject.loop, model, subject.sampler, requestOf(asked), chunk));
    },
  }),

  law<BackendSubject, { asked: Prompt }>({
    name: 'generate/length',
    sentence: 'No more is told than was asked for, and the last step alone says why nothing more will come.',
    stage: 'generate',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ asked: askedOf(subject) }),
    async check(subject, { asked }) {
      const steps = await story(subject.loop, assemble(subject.stages), subject.sampler, requestOf(asked));
      const all = told(steps);
      demand(all.length <= asked.limit, 'more tokens than the limit', { expected: asked.limit, found: all });
      const ends = steps.map(({ ended }) => ended);
      demand(ends.slice(0, -1).every((end) => end === undefined) && ends.at(-1) !== undefined, 'the end is not said once', { found: ends });
      demand(ends.at(-1) !== 'length' || all.length === asked.limit, 'the limit is given as the reason before it is reached', {
        found: all,
      });
    },
  }),

  law<BackendSubject, { asked: Prompt & { stop: readonly number[] }; knows: boolean }>({
    name: 'generate/stop',
    sentence:
      'Of several ids that end a row the first one said is told last, once, and nothing after it, whether or not the sampler knows of it.',
    stage: 'generate',
    silent: nextOnly,
    arbitrary: (subject) =>
      fc.record({
        knows: fc.boolean(),
        asked: fc
          .tuple(askedOf(subject), fc.array(fc.nat(subject.vocabulary - 1), { minLength: 1, maxLength: 3, size: 'max' }))
          .map(([asked, stop]) => ({
            ...asked,
            stop,
            limit: Math.min(8, contextOf(subject) - asked.prompt.tokens.length + 1),
          })),
      }),
    async check(subject, { asked, knows }) {
      const knowing: Sampler = {
        ...subject.sampler,
        async sample(...given) {
          const choice = await subject.sampler.sample(...given);
          return { ...choice, done: choice.done === true || toldBy(choice).some((id) => asked.stop.includes(id)) };
        },
      };
      const steps = await story(subject.loop, assemble(subject.stages), knows ? knowing : subject.sampler, requestOf(asked));
      const all = told(steps);
      const at = all.findIndex((id) => asked.stop.includes(id));
      demand(at < 0 || at === all.length - 1, 'more is told after the stop', { stop: asked.stop, found: all });
      demand(at >= 0 === (steps.at(-1)?.ended === 'stop'), 'the stop was not noticed', {
        stop: asked.stop,
        found: all,
        ended: steps.at(-1)?.ended,
      });
    },
  }),

  law<BackendSubject, { asked: Prompt }>({
    name: 'generate/told-is-read',
    sentence: 'The prompt and what was told are a beginning of a row that the backend goes on from; of a whole row, all of it.',
    stage: 'generate',
    arbitrary: (subject) => fc.record({ asked: askedOf(subject) }),
    async check(subject, { asked }) {
      const steps = await story(subject.loop, assemble(subject.stages), subject.sampler, requestOf(asked));
      for (const [i, { rows }] of steps.entries()) {
        const mine = told(steps.slice(0, i + 1));
        const line = (subject.extent === 'next' ? join(asked.prompt.tokens, mine) : mine).join();
        demand(
          rows.some(
            (row) => row.subarray(0, subject.extent === 'next' ? asked.prompt.tokens.length + mine.length : row.length).join() === line,
          ) ||
            (subject.extent === 'whole' && i < steps.length - 1),
          'no row begins like this',
          {
            told: mine,
            rows,
          },
        );
      }
    },
  }),

  law<BackendSubject, { asked: Prompt }>({
    name: 'generate/within-context',
    sentence: 'A request that outgrows the context is told so by name, after all that fits, and the backend never sees the row.',
    stage: 'generate',
    silent: (subject) => nextOnly(subject) ?? (subject.stages.encoder.context === undefined ? 'it declares no context limit' : undefined),
    arbitrary: (subject) => fc.record({ asked: prompt(rowOf(subject), subject.vocabulary, 4) }),
    async check(subject, { asked }) {
      const context = contextOf(subject);
      const ids = asked.prompt.tokens;
      const full = Int32Array.from({ length: context }, (_, i) => ids[i % ids.length]!);
      const { stop: _, ...rest } = asked;
      const request = requestOf({ ...rest, prompt: { ...asked.prompt, tokens: full }, limit: 4 });
      let steps = 0;
      let outcome: unknown;
      try {
        for await (const _ of subject.loop.steps(assemble(subject.stages), subject.sampler, request)) steps++;
      } catch (error) {
        outcome = error;
      }
      demand(steps === 1, 'other than the last token that fits was told', { expected: 1, found: steps });
      demand(outcome instanceof StagewrightError && outcome.code === 'CONTEXT_EXCEEDED' && !isAbort(outcome), 'the context is not named', {
        found: outcome,
      });
    },
  }),
];
