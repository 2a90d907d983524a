import fc from 'fast-check';
import type { Row } from '../../data/tokens.ts';
import { seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { reading } from '../probes/reading.ts';
import { type BackendSubject, nextOnly, rowOf } from '../subjects/subjects.ts';

/** What holds of ids on their way in. */
export const encodeLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { row: Row; seed: number }>({
    name: 'encode/tokens-untouched',
    sentence: 'The ids handed in are never written to.',
    stage: 'encode',
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ read }) => {
        const tokens = row.tokens.slice();
        const given = row.given?.slice();
        await read([{ fresh: tokens, given }], seed);
        demand(tokens.join() === row.tokens.join(), 'the row was changed', { expected: row.tokens, found: tokens });
        demand(given?.join() === row.given?.join(), 'what the row is given was changed', { expected: row.given, found: given });
      }),
  }),

  law<BackendSubject, { ids: Int32Array; seed: number }>({
    name: 'encode/full-context',
    sentence: 'A row as long as the declared context is read, at once or with its last token apart.',
    stage: 'encode',
    silent: (subject) => nextOnly(subject) ?? (subject.stages.encoder.context === undefined ? 'it declares no context limit' : undefined),
    arbitrary: (subject) =>
      fc.record({ ids: fc.int32Array({ min: 0, max: subject.vocabulary - 1, minLength: 1, maxLength: 4 }), seed: seed() }),
    check: (subject, { ids, seed }) =>
      reading(subject, async ({ read }) => {
        const { context = 1 } = subject.stages.encoder;
        const full = Int32Array.from({ length: context }, (_, i) => ids[i % ids.length]!);
        await read([{ fresh: full }], seed);
        if (context === 1) return;
        const { memory } = await read([{ fresh: full.subarray(0, -1), positions: 0 }], seed);
        await read([{ fresh: full.subarray(-1), memory: memory[0] }], seed);
      }),
  }),
];
