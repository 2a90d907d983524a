import { slice } from '../../data/prediction.ts';
import type { Batch, Row, Tokens } from '../../data/tokens.ts';
import { EMPTY } from '../../data/tokens.ts';
import type { Sampler } from '../../stages/sample.ts';
import type { Move } from '../arbitraries/schedule.ts';
import { demand } from '../law.ts';
import type { BackendSubject } from '../subjects/subjects.ts';
import { compare } from './agree.ts';
import { join, reading } from './reading.ts';

/** A sampler that takes rows anywhere: it reorders, repeats, drops, takes back and feeds as its moves say, then is done. */
export const chaoticSampler = (
  prompt: Batch<Row>,
  moves: readonly (readonly Move[])[],
  context: number,
  look: (rows: Batch<Row>, counts: readonly number[], seen: Parameters<Sampler['sample']>[0]) => Promise<void> = async () => undefined,
): Sampler<number> => {
  let mine: Batch<Row> = prompt;
  return {
    async sample(prediction, rows, step = 0) {
      demand(rows.length === mine.length && rows.every((row, i) => row.join() === mine[i]!.tokens.join()), 'the loop holds other rows', {
        step,
        expected: mine.map(({ tokens }) => tokens),
        found: rows,
      });
      await look(mine, prediction.counts, prediction);
      const next = moves[step];
      if (!next) return { inputIds: mine.map(() => EMPTY), done: true };
      const chosen = next.map((move) => settle(move, mine, prediction.counts, context));
      mine = chosen.map(({ parent, back, fresh }) => {
        const { tokens, ...rest } = mine[parent]!;
        return { ...rest, tokens: join(tokens.subarray(0, tokens.length - back), fresh) };
      });
      return {
        inputIds: chosen.map(({ fresh }) => fresh),
        parents: chosen.map(({ parent }) => parent),
        rollback: chosen.map(({ back }) => back),
        emitted: EMPTY,
        state: step + 1,
      };
    },
  };
};

/** A move within what is possible: no row loses its first token, none outgrows the context. */
const settle = (
  move: Move,
  rows: Batch<Row>,
  counts: readonly number[],
  context: number,
): { parent: number; back: number; fresh: Tokens } => {
  const parent = move.from % rows.length;
  const { length } = rows[parent]!.tokens;
  const back = Math.min(move.back, counts[parent]!, length - 1);
  return { parent, back, fresh: Int32Array.from(move.fresh.slice(0, Math.max(0, context - length + back))) };
};

/** Demands that whatever a chaotic sampler sees is what a fresh reading of its rows predicts. */
export const demandFresh =
  (subject: BackendSubject, seed: number) =>
  (rows: Batch<Row>, counts: readonly number[], seen: Parameters<Sampler['sample']>[0]): Promise<void> =>
    reading(subject, async ({ fresh }) => {
      const tolerance = subject.capabilities.agreement === 'tolerance' ? subject.tolerance : 0;
      for (const [i, row] of rows.entries())
        if (counts[i]! > 0) compare(await fresh(row, counts[i]!, seed), slice(seen, i, i + 1), tolerance);
    });
