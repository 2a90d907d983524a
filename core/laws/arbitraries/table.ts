import fc, { type Arbitrary } from 'fast-check';
import type { TableModel } from '../fakes/table-model.ts';

/** Language models small enough to enumerate: a few ids, after each context of at most two one distribution, whose weights are small whole numbers. */
export const tableModel = ({ vocabulary = 3, order = 1 }: { vocabulary?: number; order?: number } = {}): Arbitrary<TableModel> =>
  fc.tuple(fc.integer({ min: 2, max: Math.max(2, vocabulary) }), fc.integer({ min: 0, max: order })).chain(([ids, order]) =>
    fc
      .array(fc.array(fc.nat(4), { minLength: ids, maxLength: ids }), { minLength: (ids + 1) ** order, maxLength: (ids + 1) ** order })
      .map((rows) => ({
        vocabulary: ids,
        order,
        weights: rows.map((row) => (row.some((weight) => weight > 0) ? row : row.map(() => 1))),
      })),
  );
