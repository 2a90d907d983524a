import fc from 'fast-check';
import { type Prediction, slice } from '../../data/prediction.ts';
import type { Batch, Row, Tokens } from '../../data/tokens.ts';
import { EMPTY } from '../../data/tokens.ts';
import { batch, seed } from '../arbitraries/tokens.ts';
import { type Law, law } from '../law.ts';
import { agree } from '../probes/agree.ts';
import { join, reading } from '../probes/reading.ts';
import { type BackendSubject, moreOf, nextOnly, place, rowOf } from '../subjects/subjects.ts';

/** What holds of the batch: rows know nothing of each other. */
const apart: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { rows: Batch<Row>; seed: number }>({
    name: 'attend/alone-or-batched',
    sentence: 'A row is predicted alike alone and beside any others.',
    stage: 'attend',
    arbitrary: (subject) => fc.record({ rows: batch(rowOf(subject)), seed: seed() }),
    check: (subject, { rows, seed }) =>
      reading(subject, async ({ read, fresh }) => {
        const together = async (seed: number) =>
          (
            await read(
              rows.map(({ tokens, given }) => ({ fresh: tokens, given })),
              seed,
            )
          ).prediction;
        for (let i = 0; i < rows.length; i++)
          await agree(
            subject,
            (seed) => fresh(rows[i]!, 1, seed, i),
            async (seed) => slice(await together(seed), i, i + 1),
            seed,
          );
      }),
  }),

  law<BackendSubject, { rows: Batch<Row>; more: Tokens; joins: number; seed: number }>({
    name: 'attend/joining-a-batch',
    sentence: 'Rows that have read more and rows that have read nothing go on in one batch, each as if alone.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ rows: batch(rowOf(subject, 0.5)), more: moreOf(subject, 0.5), joins: fc.nat(1), seed: seed() }),
    check: (subject, { rows, more, joins, seed }) =>
      reading(subject, async ({ read, fresh }) => {
        const mixed = async (seed: number) => {
          const parts = await Promise.all(
            rows.map(async ({ tokens, given }, i) => {
              if (i % 2 === joins) return { fresh: join(tokens, more), given };
              const { memory } = await read([{ fresh: tokens, given, positions: 0, luck: i }], seed);
              return { fresh: more, memory: memory[0], given };
            }),
          );
          return (await read(parts, seed)).prediction;
        };
        for (let i = 0; i < rows.length; i++) {
          const whole = { ...rows[i]!, tokens: join(rows[i]!.tokens, more) };
          await agree(
            subject,
            (seed) => fresh(whole, 1, seed, i),
            async (seed) => slice(await mixed(seed), i, i + 1),
            seed,
          );
        }
      }),
  }),

  law<BackendSubject, { rows: Batch<Row>; seed: number }>({
    name: 'attend/at-once',
    sentence: 'Readings that run at the same time do not meet.',
    stage: 'attend',
    arbitrary: (subject) => fc.record({ rows: batch(rowOf(subject)), seed: seed() }),
    check: (subject, { rows, seed }) =>
      reading(subject, async ({ fresh }) => {
        for (let i = 0; i < rows.length; i++)
          await agree(
            subject,
            (seed) => fresh(rows[i]!, 1, seed, i),
            async (seed) => (await Promise.all(rows.map((row, i) => fresh(row, 1, seed, i))))[i]!,
            seed,
          );
      }),
  }),

  law<BackendSubject, { tokens: Tokens; given: Batch<Tokens>; seed: number }>({
    name: 'attend/given-is-its-own',
    sentence: 'Each row is conditioned on what it is given, and on nothing that its neighbours are given.',
    stage: 'attend',
    silent: ({ capabilities }) => (capabilities.extras?.includes('given') ? undefined : 'it declares no use of what rows are given'),
    arbitrary: (subject) =>
      fc.record({
        tokens: rowOf(subject).map(({ tokens }) => tokens),
        given: batch(
          rowOf(subject).map(({ given }) => given ?? EMPTY),
          { min: 2, max: 3 },
        ),
        seed: seed(),
      }),
    check: (subject, { tokens, given, seed }) =>
      reading(subject, async ({ read, fresh }) => {
        const together = async (seed: number) =>
          (
            await read(
              given.map((given) => ({ fresh: tokens, given })),
              seed,
            )
          ).prediction;
        for (let i = 0; i < given.length; i++)
          await agree(
            subject,
            (seed) => fresh({ tokens, given: given[i]! }, 1, seed, i),
            async (seed) => slice(await together(seed), i, i + 1),
            seed,
          );
      }),
  }),
];

/** What holds of a row read in pieces. */
const inTime: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { row: Row; cuts: readonly number[]; seed: number }>({
    name: 'attend/in-pieces',
    sentence: 'A row read in pieces is predicted as one read at once.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject), cuts: fc.array(place(), { minLength: 1, maxLength: 3 }), seed: seed() }),
    check: (subject, { row, cuts, seed }) =>
      reading(subject, async ({ read, fresh }) => {
        const { tokens, given } = row;
        const places = [...new Set(cuts.map((cut) => cut % tokens.length))].sort((a, b) => a - b).filter((at) => at > 0);
        const pieces = [0, ...places].map((at, i) => tokens.subarray(at, places[i] ?? tokens.length));
        const apart = async (seed: number) => {
          let memory: unknown;
          for (const piece of pieces.slice(0, -1)) memory = (await read([{ fresh: piece, memory, given, positions: 0 }], seed)).memory[0];
          return (await read([{ fresh: pieces.at(-1)!, memory, given }], seed)).prediction;
        };
        await agree(subject, (seed) => fresh(row, 1, seed), apart, seed);
      }),
  }),

  law<BackendSubject, { row: Row; more: Tokens; seed: number }>({
    name: 'attend/no-future',
    sentence: 'What is predicted after a token does not depend on those that come later.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject, 0.5), more: moreOf(subject, 0.5), seed: seed() }),
    check: (subject, { row, more, seed }) =>
      reading(subject, async ({ fresh }) => {
        const { length } = row.tokens;
        const whole = { ...row, tokens: join(row.tokens, more) };
        const beginning = async (seed: number) => {
          const all = await fresh(whole, whole.tokens.length, seed);
          return firstOf(all, length);
        };
        await agree(subject, (seed) => fresh(row, length, seed), beginning, seed);
      }),
  }),

  law<BackendSubject, { row: Row; other: Row; seed: number }>({
    name: 'attend/reading-nothing',
    sentence: 'A row that reads nothing while its neighbours read is where it was.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject), other: rowOf(subject), seed: seed() }),
    check: (subject, { row, other, seed }) =>
      reading(subject, async ({ read, fresh }) => {
        const { tokens, given } = row;
        const idle = async (seed: number) => {
          const head = tokens.subarray(0, -1);
          const before = head.length === 0 ? undefined : (await read([{ fresh: head, given, positions: 0 }], seed)).memory[0];
          const beside = { fresh: other.tokens, given: other.given, luck: 1 };
          const after = await read([{ fresh: EMPTY, memory: before, given, positions: 0 }, beside], seed);
          return (await read([{ fresh: tokens.subarray(-1), memory: after.memory[0], given }], seed)).prediction;
        };
        await agree(subject, (seed) => fresh(row, 1, seed), idle, seed);
      }),
  }),

  law<BackendSubject, { row: Row; more: Tokens; seed: number }>({
    name: 'attend/refusal-leaves-memory',
    sentence: 'A reading that was aborted leaves the memory it began with good.',
    stage: 'attend',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject, 0.5), more: moreOf(subject, 0.5), seed: seed() }),
    check: (subject, { row, more, seed }) =>
      reading(subject, async ({ read, fresh, keep }) => {
        const { tokens, given } = row;
        const retried = async (seed: number) => {
          const memory = (await read([{ fresh: tokens, given, positions: 0 }], seed)).memory[0];
          const leaving = new AbortController();
          const aborted = read([{ fresh: more, memory, given }], seed, leaving.signal).then(
            ({ memory }) => memory.forEach(keep),
            () => undefined,
          );
          leaving.abort();
          await aborted;
          return (await read([{ fresh: more, memory, given }], seed)).prediction;
        };
        await agree(subject, (seed) => fresh({ ...row, tokens: join(tokens, more) }, 1, seed), retried, seed);
      }),
  }),
];

/** The first `length` positions of a row's prediction. */
const firstOf = (prediction: Prediction, length: number): Prediction =>
  slice({ ...prediction, counts: [length, prediction.counts[0]! - length] }, 0, 1);

/** What holds of attention. */
export const attendLaws: readonly Law<BackendSubject>[] = [...apart, ...inTime];
