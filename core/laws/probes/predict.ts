import fc from 'fast-check';
import type { Prediction } from '../../data/prediction.ts';
import type { Batch, Row } from '../../data/tokens.ts';
import { batch, seed } from '../arbitraries/tokens.ts';
import { type BackendSubject, rowOf } from '../subjects/subjects.ts';
import type { Reading } from './reading.ts';

/** Rows to be predicted as one batch. */
export interface Rows {
  readonly rows: Batch<Row>;
  readonly seed: number;
}

/** A few rows of a backend. */
export const rows = (subject: BackendSubject): fc.Arbitrary<Rows> =>
  fc.record({ rows: batch(rowOf(subject), { min: 1, max: 3 }), seed: seed() });

/** Rows as one batch, each predicted at all its positions. */
export const predict = async ({ read }: Reading, { rows, seed }: Rows): Promise<Prediction> =>
  (
    await read(
      rows.map(({ tokens, given }) => ({ fresh: tokens, given, positions: tokens.length })),
      seed,
    )
  ).prediction;

/** How many positions a prediction has. */
export const total = ({ counts }: Prediction): number => counts.reduce((sum, count) => sum + count, 0);
