import fc from 'fast-check';
import { assemble } from '../../decode-loop/model.ts';
import { takesSome } from '../../stages/capabilities.ts';
import type { Sampler } from '../../stages/sample.ts';
import { settings } from '../arbitraries/settings.ts';
import { tableModel } from '../arbitraries/table.ts';
import { type Prompt, prompt, row } from '../arbitraries/tokens.ts';
import { tableBackend } from '../fakes/table-backend.ts';
import { probabilitiesAfter, type TableModel } from '../fakes/table-model.ts';
import { demand, type Law, law } from '../law.ts';
import { ledger } from '../probes/ledger.ts';
import { demandLogprobs } from '../probes/logprobs.ts';
import { join } from '../probes/reading.ts';
import { requestOf, story, told } from '../probes/story.ts';
import type { SamplerSubject } from '../subjects/subjects.ts';

interface Sample {
  readonly table: TableModel;
  readonly asked: Prompt;
  readonly settings: Readonly<Record<string, unknown>>;
}

const sampled = ({ schema }: SamplerSubject): fc.Arbitrary<Sample> =>
  tableModel({ vocabulary: 3, order: 1 }).chain((table) =>
    fc.record({
      table: fc.constant(table),
      asked: prompt(row(table.vocabulary, { min: 1, max: 3 }), table.vocabulary, 6),
      settings: schema ? settings(schema) : fc.constant({}),
    }),
  );

const noNext = ({ capabilities }: SamplerSubject): string | undefined =>
  !takesSome(capabilities.predictions, [{ kind: 'categorical', extent: 'next' }]) ? 'it samples no sequences token by token' : undefined;

/** What holds of a sampler over a whole request, driven by the loop against a table. */
export const requestLaws: readonly Law<SamplerSubject>[] = [
  law<SamplerSubject, Sample>({
    name: 'sample/told-is-read',
    sentence: 'What a request is told is what its row goes on from: what was rejected is taken back.',
    reference: 'speculative sampling: Leviathan et al. 2023',
    stage: 'sample',
    silent: noNext,
    arbitrary: sampled,
    async check(subject, { table, asked, settings }) {
      const steps = await story(subject.loop, assemble(tableBackend(table)), await subject.make(settings), requestOf(asked));
      for (const [i, { rows }] of steps.entries()) {
        const mine = join(asked.prompt.tokens, told(steps.slice(0, i + 1)));
        demand(
          rows.some((row) => row.subarray(0, mine.length).join() === mine.join()),
          'no row begins with what was told',
          { told: mine, rows },
        );
      }
    },
  }),

  law<SamplerSubject, Sample>({
    name: 'sample/ends',
    sentence: 'A request ends: at its limit, at its stop, or because the sampler is done, and tells something every so often.',
    stage: 'sample',
    silent: noNext,
    arbitrary: sampled,
    async check(subject, { table, asked, settings }) {
      const steps = await story(subject.loop, assemble(tableBackend(table)), await subject.make(settings), requestOf(asked));
      demand(steps.length <= asked.limit + 2, 'there are more steps than tokens were asked for', {
        expected: asked.limit,
        found: steps.length,
      });
      demand(steps.at(-1)?.ended !== undefined, 'the end is not said');
    },
  }),

  law<SamplerSubject, Sample & { alternatives: number; sparsely: boolean }>({
    name: 'sample/logprobs',
    sentence: "The log-probability of what is told is the model's own after what was told before, whatever the sampler makes of it.",
    stage: 'sample',
    silent: noNext,
    arbitrary: (subject) =>
      fc
        .record({ sample: sampled(subject), alternatives: fc.nat(3), sparsely: fc.boolean() })
        .map(({ sample, ...rest }) => ({ ...sample, ...rest })),
    async check(subject, { table, asked, settings, alternatives, sparsely }) {
      const request = { ...requestOf(asked), logprobs: alternatives };
      const steps = await story(subject.loop, assemble(tableBackend(table, { sparse: sparsely })), await subject.make(settings), request);
      let row = asked.prompt.tokens;
      for (const { emitted, logprobs = [] } of steps)
        for (const [at, id] of emitted.entries()) {
          demand(logprobs[at] !== undefined, 'it has none', { said: emitted, found: logprobs });
          demandLogprobs(probabilitiesAfter(table, row), id, alternatives, logprobs[at]!);
          row = join(row, emitted.subarray(at, at + 1));
        }
    },
  }),

  law<SamplerSubject, Sample & { leave: number }>({
    name: 'sample/leaves-nothing-open',
    sentence: 'Whenever its reader leaves, all that a request opened is released.',
    stage: 'sample',
    silent: noNext,
    arbitrary: (subject) => fc.tuple(sampled(subject), fc.nat(4)).map(([sample, leave]) => ({ ...sample, leave })),
    async check(subject, { table, asked, settings, leave }) {
      const book = ledger(tableBackend(table));
      const held = new Set<unknown>();
      const sampler = await subject.make(settings);
      const watched: Sampler = {
        ...(sampler.reads && { reads: sampler.reads }),
        sample: async (...asked: Parameters<typeof sampler.sample>) => {
          const choice = await sampler.sample(...asked);
          held.clear();
          if (choice.state !== undefined) held.add(choice.state);
          return choice;
        },
        release(state: unknown) {
          demand(held.delete(state), 'a state is released that is not the last');
          sampler.release?.(state);
        },
      };
      let pulled = 0;
      for await (const _ of subject.loop.steps(assemble(book.stages), watched, requestOf(asked))) if (pulled++ >= leave) break;
      demand(held.size === 0, 'the last state is not released', { held: held.size });
      book.settle();
    },
  }),
];
