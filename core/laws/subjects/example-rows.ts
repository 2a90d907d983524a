import fc from 'fast-check';
import type { Batch, Row } from '../../data/tokens.ts';
import { type Lengths, row } from '../arbitraries/tokens.ts';

/** What rows to learn from are like. */
export interface Examples extends Lengths {
  /** Ids are below it. */
  readonly vocabulary: number;
  readonly count?: number;
  /** Each is conditioned on up to four ids below this. */
  readonly given?: number;
}

/** Rows for a training that laws need: of random ids, always the same ones; where a backend wants rows of one length, `min` and `max` are that. */
export const exampleRows = ({ vocabulary, count = 24, min = 3, max = 8, given = 0 }: Examples): Batch<Row> =>
  fc.sample(row(vocabulary, { min, max }, given), { numRuns: count, seed: 7 });
