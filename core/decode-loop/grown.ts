import type { Prediction } from '../data/prediction.ts';
import { append, type Batch, type Tokens } from '../data/tokens.ts';
import type { Choice } from '../stages/sample.ts';

/** Rows after a choice: each is that of its parent without what is rolled back, and what it reads next; a `whole` row is what was chosen. */
export const grown = (rows: Batch<Tokens>, { inputIds, parents, rollback }: Choice, extent: Prediction['extent']): Batch<Tokens> =>
  extent === 'whole' ? inputIds : inputIds.map((ids, i) => append(rows[parents?.[i] ?? i]!, rollback?.[i] ?? 0, ids));
