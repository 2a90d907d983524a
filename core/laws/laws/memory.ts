import fc from 'fast-check';
import type { Row, Tokens } from '../../data/tokens.ts';
import { seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { agree } from '../probes/agree.ts';
import { join, type Reading, reading } from '../probes/reading.ts';
import { type BackendSubject, moreOf, nextOnly, place, rowOf } from '../subjects/subjects.ts';

interface Forked {
  readonly row: Row;
  readonly left: Tokens;
  readonly right: Tokens;
  readonly seed: number;
}

const forked = (subject: BackendSubject): fc.Arbitrary<Forked> =>
  fc.record({ row: rowOf(subject, 0.5), left: moreOf(subject, 0.5), right: moreOf(subject, 0.5), seed: seed() });

/** One row's memory after some tokens. */
const memoryOf = async ({ read }: Reading, { tokens, given }: Row, seed: number, before?: unknown): Promise<unknown> =>
  (await read([{ fresh: tokens, given, memory: before, positions: 0 }], seed)).memory[0];

const noRewind = (subject: BackendSubject): string | undefined =>
  nextOnly(subject) ?? (subject.stages.attention.rewind ? undefined : 'it does not rewind; the loop reads again');

/** What holds of a row's memory: it is a value. */
export const memoryLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, Forked>({
    name: 'attend/memory-is-a-value',
    sentence: 'A memory that was gone on from may be gone on from again, as if for the first time.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: forked,
    check: (subject, { row, left, right, seed }) =>
      reading(subject, async (to) => {
        const again = async (seed: number) => {
          const memory = await memoryOf(to, row, seed);
          await to.read([{ fresh: left, memory, given: row.given }], seed);
          return (await to.read([{ fresh: right, memory, given: row.given }], seed)).prediction;
        };
        await agree(subject, (seed) => to.fresh({ ...row, tokens: join(row.tokens, right) }, 1, seed), again, seed);
      }),
  }),

  law<BackendSubject, Forked>({
    name: 'attend/repeated-in-a-batch',
    sentence: 'Two rows of a batch may go on from one memory, as beams do.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: forked,
    check: (subject, { row, left, right, seed }) =>
      reading(subject, async (to) => {
        const { given } = row;
        for (const [i, more] of [left, right].entries()) {
          const beside = async (seed: number) => {
            const memory = await memoryOf(to, row, seed);
            const { memory: both } = await to.read(
              [left, right].map((fresh) => ({ fresh, memory, given })),
              seed,
            );
            return (await to.read([{ fresh: more, memory: both[i], given }], seed)).prediction;
          };
          const whole = { ...row, tokens: join(row.tokens, more, more) };
          const { context = Number.POSITIVE_INFINITY } = to.model;
          if (whole.tokens.length <= context) await agree(subject, (seed) => to.fresh(whole, 1, seed), beside, seed);
        }
      }),
  }),

  law<BackendSubject, Forked>({
    name: 'attend/release-is-local',
    sentence: 'Releasing a memory hurts none that came before it, from it or beside it.',
    stage: 'attend',
    silent: (subject) => nextOnly(subject) ?? (subject.stages.attention.release ? undefined : 'its memories need no release'),
    arbitrary: forked,
    check: (subject, { row, left, right, seed }) =>
      reading(subject, async (to) => {
        const { given } = row;
        const survivor = async (seed: number) => {
          const memory = await memoryOf(to, row, seed);
          const sibling = await memoryOf(to, { ...row, tokens: left }, seed, memory);
          const mine = await memoryOf(to, { ...row, tokens: right.subarray(0, -1) }, seed, memory);
          to.release(sibling);
          if (mine !== memory) to.release(memory);
          return (await to.read([{ fresh: right.subarray(-1), memory: mine, given }], seed)).prediction;
        };
        await agree(subject, (seed) => to.fresh({ ...row, tokens: join(row.tokens, right) }, 1, seed), survivor, seed);
      }),
  }),

  law<BackendSubject, { row: Row; back: number; more: Tokens; seed: number }>({
    name: 'attend/rewind',
    sentence: 'A memory rewound by some tokens is that of the row without them.',
    stage: 'attend',
    silent: noRewind,
    arbitrary: (subject) => fc.record({ row: rowOf(subject, 0.5), back: place(), more: moreOf(subject, 0.5), seed: seed() }),
    check: (subject, { row, back, more, seed }) =>
      reading(subject, async (to) => {
        const taken = back % row.tokens.length;
        const kept = row.tokens.subarray(0, row.tokens.length - taken);
        const rewound = async (seed: number) => {
          const memory = to.model.rewind!(await memoryOf(to, row, seed), taken);
          to.keep(memory);
          return (await to.read([{ fresh: more, memory, given: row.given }], seed)).prediction;
        };
        await agree(subject, (seed) => to.fresh({ ...row, tokens: join(kept, more) }, 1, seed), rewound, seed);
      }),
  }),

  law<BackendSubject, { row: Row; back: number; more: Tokens; seed: number }>({
    name: 'attend/rewind-leaves-memory',
    sentence: 'Rewinding leaves the memory it began with good.',
    stage: 'attend',
    silent: noRewind,
    arbitrary: (subject) => fc.record({ row: rowOf(subject, 0.5), back: place(), more: moreOf(subject, 0.5), seed: seed() }),
    check: (subject, { row, back, more, seed }) =>
      reading(subject, async (to) => {
        const { given } = row;
        const after = async (seed: number) => {
          const memory = await memoryOf(to, row, seed);
          const rewound = to.model.rewind!(memory, back % row.tokens.length);
          to.keep(rewound);
          await to.read([{ fresh: more, memory: rewound, given }], seed);
          return (await to.read([{ fresh: more, memory, given }], seed)).prediction;
        };
        await agree(subject, (seed) => to.fresh({ ...row, tokens: join(row.tokens, more) }, 1, seed), after, seed);
      }),
  }),

  law<BackendSubject, { row: Row; seed: number }>({
    name: 'attend/released-once',
    sentence: 'Every memory may be released once, in whatever order, and none is handed out to two rows.',
    stage: 'attend',
    silent: ({ stages }) => (stages.attention.release ? undefined : 'its memories need no release'),
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ read, release }) => {
        const { tokens, given } = row;
        const part = { fresh: tokens, given };
        const { memory } = await read([part, part], seed);
        demand(memory[0] === undefined || memory[0] !== memory[1], 'two rows share one memory', { found: memory });
        for (const one of memory.toReversed()) release(one);
      }),
  }),
];
