import type { Architecture } from '../architecture/architecture.ts';
import { MASKED } from '../architecture/training-graph.ts';
import type { KvCache } from './kv-cache.ts';

/** What each of `count` new tokens of every row may look at, and how far away that is: [rows, count, capacity + count], past columns first. */
export const columnsOf = (
  { window = Number.POSITIVE_INFINITY, positions }: Architecture,
  cache: KvCache,
  lengths: readonly number[],
  count: number,
): { readonly mask: Float32Array; readonly distances?: Float32Array } => {
  const capacity = cache.capacity;
  const width = capacity + count;
  const mask = new Float32Array(lengths.length * count * width).fill(MASKED);
  const distances = positions === 'alibi' ? new Float32Array(mask.length) : undefined;
  lengths.forEach((length, row) => {
    const first = cache.first[row]!;
    for (let i = 0; i < count; i++) {
      const begin = (row * count + i) * width;
      const oldest = Math.max(0, length + i - window + 1 - first);
      if (oldest < length - first) mask.fill(0, begin + oldest, begin + length - first);
      mask.fill(0, begin + capacity + Math.max(0, i - window + 1), begin + capacity + i + 1);
      if (!distances) continue;
      for (let column = 0; column < length - first; column++) distances[begin + column] = length + i - first - column;
      for (let j = 0; j < i; j++) distances[begin + capacity + j] = i - j;
    }
  });
  return distances ? { mask, distances } : { mask };
};
