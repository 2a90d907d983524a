import { type Moments, noMoments, together, withRow } from './measures/moments.ts';
import type { Points } from './measures/points.ts';
import type { Looked } from './network-features.ts';
import type { Waiting } from './rows.ts';

/** A row that was looked at. */
interface Seen {
  readonly hash: number;
  readonly features: Float32Array;
}

/** One set of rows as it grows: moments of all of them, apart for each group, and of some the features themselves. */
export interface RowSet {
  /** By the hash modulo their number; empty where none are wanted. */
  readonly groups: readonly Moments[];
  /** Those with the smallest hashes, at most so many: which they are depends on no order. */
  readonly kept: readonly Seen[];
  /** Rows that were not looked at yet; they are added here. */
  readonly waiting: Waiting[];
}

/** A set of no rows. */
export const emptySet = (): RowSet => ({ groups: [], kept: [], waiting: [] });

/** What a set keeps. */
export interface Keeping {
  readonly rows: number;
  /** How many groups of moments, for features of that width; 0: none. */
  readonly groups: (width: number) => number;
}

/** The set with what waited, now that it was looked at; the set before it stays good. */
export const withSeen = (set: RowSet, { features }: Pick<Looked, 'features'>, keeping: Keeping): RowSet => {
  const { width, data } = features;
  const wanted = keeping.groups(width);
  const groups =
    set.groups.length > 0
      ? set.groups.map((one) => together(one, noMoments(width)))
      : Array.from({ length: wanted }, () => noMoments(width));
  const seen = set.waiting.map(({ hash }, row): Seen => {
    const own = Float32Array.from(data.subarray(row * width, (row + 1) * width));
    if (wanted > 0) groups[hash % wanted] = withRow(groups[hash % wanted]!, own);
    return { hash, features: own };
  });
  return { groups, kept: smallest([...set.kept, ...seen], keeping.rows), waiting: [] };
};

/** Two sets as one. */
export const mergeSets = (one: RowSet, other: RowSet, { rows }: Keeping): RowSet => ({
  groups:
    one.groups.length === 0 || other.groups.length === 0
      ? [...one.groups, ...other.groups]
      : one.groups.map((group, at) => together(group, other.groups[at]!)),
  kept: smallest([...one.kept, ...other.kept], rows),
  waiting: [...one.waiting, ...other.waiting],
});

const smallest = (seen: readonly Seen[], rows: number): readonly Seen[] =>
  seen.length <= rows ? seen : [...seen].sort((a, b) => a.hash - b.hash).slice(0, rows);

/** The kept rows one behind the other, in the order of their hashes, at most so many. */
export const pointsOf = ({ kept }: RowSet, most = kept.length): Points => {
  const width = kept[0]?.features.length ?? 0;
  const rows = [...kept].sort((a, b) => a.hash - b.hash).slice(0, most);
  const data = new Float32Array(rows.length * width);
  for (const [row, { features }] of rows.entries()) data.set(features, row * width);
  return { count: rows.length, width, data };
};
