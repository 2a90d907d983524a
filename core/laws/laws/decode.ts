import fc from 'fast-check';
import { slice } from '../../data/prediction.ts';
import type { Row, Tokens } from '../../data/tokens.ts';
import { seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { agree, compare } from '../probes/agree.ts';
import { predict, type Rows, rows, total } from '../probes/predict.ts';
import { reading } from '../probes/reading.ts';
import { type BackendSubject, moreOf, nextOnly, rowOf } from '../subjects/subjects.ts';

/** What holds between several predictions. */
export const decodeLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, Rows>({
    name: 'decode/repeatable',
    sentence: 'The same rows with the same luck are predicted the same.',
    stage: 'decode',
    arbitrary: rows,
    check: (subject, { rows, seed }) =>
      reading(subject, async (to) => {
        await agree(
          subject,
          (seed) => predict(to, { rows, seed }),
          (seed) => predict(to, { rows, seed }),
          seed,
        );
      }),
  }),

  law<BackendSubject, { row: Row; other: Row; seed: number }>({
    name: 'decode/kept-by-its-reader',
    sentence: 'Once handed out, a prediction is never written to: a reader who rests still holds it.',
    stage: 'decode',
    arbitrary: (subject) => fc.record({ row: rowOf(subject), other: rowOf(subject), seed: seed() }),
    check: (subject, { row, other, seed }) =>
      reading(subject, async ({ read }) => {
        const held = (await read([{ fresh: row.tokens, given: row.given }], seed)).prediction;
        const copy = structuredClone(held);
        await read([{ fresh: other.tokens, given: other.given }], seed + 1);
        compare(copy, held, 0);
      }),
  }),

  law<BackendSubject, { row: Row; seed: number }>({
    name: 'decode/last-positions',
    sentence: 'Predicted after the last tokens alone, or after all of them, the last positions are the same.',
    stage: 'decode',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ fresh }) => {
        const { length } = row.tokens;
        const last = async (seed: number) => {
          const all = await fresh(row, length, seed);
          return slice({ ...all, counts: [length - 1, 1] }, 1, 2);
        };
        await agree(subject, (seed) => fresh(row, 1, seed), last, seed);
      }),
  }),

  law<BackendSubject, { row: Row; more: Tokens; seed: number }>({
    name: 'decode/nothing-wanted',
    sentence: 'Where no position is wanted none is predicted, and the memory is the same as if one had been.',
    stage: 'decode',
    silent: nextOnly,
    arbitrary: (subject) => fc.record({ row: rowOf(subject, 0.5), more: moreOf(subject, 0.5), seed: seed() }),
    check: (subject, { row, more, seed }) =>
      reading(subject, async ({ read }) => {
        const { tokens, given } = row;
        const after = (positions: number) => async (seed: number) => {
          const { memory, prediction } = await read([{ fresh: tokens, given, positions }], seed);
          demand(total(prediction) === positions, 'other positions than asked', { expected: positions, found: prediction.counts });
          return (await read([{ fresh: more, memory: memory[0], given }], seed)).prediction;
        };
        await agree(subject, after(1), after(0), seed);
      }),
  }),

  law<BackendSubject, { row: Row; seed: number }>({
    name: 'decode/rounds-end',
    sentence: 'Of a whole row, fewer rounds are left after each.',
    stage: 'decode',
    silent: ({ extent }) => (extent === 'whole' ? undefined : 'it predicts the next token, not whole rows'),
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ read }) => {
        let { prediction, memory } = await read([{ fresh: row.tokens, given: row.given }], seed);
        for (let round = 0; round < 4 && (prediction.left?.[0] ?? 0) > 0; round++) {
          const left = prediction.left![0]!;
          ({ prediction, memory } = await read([{ fresh: row.tokens, given: row.given, memory: memory[0] }], seed));
          const now = prediction.left?.[0] ?? 0;
          demand(Number.isInteger(left) && now < left, 'no fewer rounds are left', { round, expected: left - 1, found: now });
        }
      }),
  }),
];
