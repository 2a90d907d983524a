import type { Corpus, Row } from '../../core/index.ts';
import type { Blueprint } from './blueprint.ts';
import { errors } from './errors.ts';
import { realsOf } from './matter.ts';

/** At most so many real rows stand in each half. */
const MOST = 256;

/** Two sets of real rows, as many in each: what generated ones are held against, and what that comparison gives for real ones. */
export interface Reference {
  readonly size: number;
  readonly near: Float32Array | Int32Array;
  readonly others: Float32Array | Int32Array;
}

/** Two sets of rows, drawn by the seed of the corpus. Throws GAN_TOO_FEW, and what `realsOf` throws. */
export const referenceOf = async (corpus: Corpus, blueprint: Blueprint): Promise<Reference> => {
  if (corpus.rows < 2) throw errors.GAN_TOO_FEW(corpus.rows);
  const size = Math.min(MOST, Math.floor(corpus.rows / 2));
  const rows: Row[] = [];
  for await (const batch of corpus.read({ batch: 2 * size, shuffle: true })) {
    rows.push(...batch);
    break;
  }
  return { size, near: realsOf(blueprint, rows.slice(0, size)), others: realsOf(blueprint, rows.slice(size)) };
};
