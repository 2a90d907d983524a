import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../../../core/index.ts';
import { Counts } from '../../../../plugins/ngram/counting/counts.ts';
import { RECORD } from '../../../../plugins/ngram/counting/grams.ts';

/** Each n-gram spelled out, with its count, from the records. */
const spelled = (counts: Counts): Map<string, number> => {
  const names = [Array.from(counts.unigrams, (_, id) => `${id}`)];
  const found = new Map<string, number>(
    [...counts.unigrams].map((count, id) => [`${id}`, count] as const).filter(([, count]) => count > 0),
  );
  counts.longer.forEach(({ records, size }, below) => {
    const own = Array.from({ length: size }, (_, i) => `${names[below]![records[i * RECORD]!]} ${records[i * RECORD + 1]}`);
    own.forEach((name, i) => {
      found.set(name, records[i * RECORD + 3]!);
      expect(names[below]![records[i * RECORD + 2]!]).toBe(name.slice(name.indexOf(' ') + 1)); // the place of its suffix
    });
    names.push(own);
  });
  return found;
};

/** The same by slicing rows; no n-gram reaches back across `start`, and none is `start` alone or ends in it. */
const sliced = (rows: readonly (readonly number[])[], order: number, start: number): Map<string, number> => {
  const found = new Map<string, number>();
  for (const row of rows) {
    for (let end = 1; end <= row.length; end++) {
      for (let length = 1; length <= Math.min(order, end); length++) {
        const gram = row.slice(end - length, end);
        if (!gram.slice(1).includes(start) && (length > 1 || gram[0] !== start)) {
          found.set(gram.join(' '), (found.get(gram.join(' ')) ?? 0) + 1);
        }
      }
    }
  }
  return found;
};

const numRuns = process.env.STAGEWRIGHT_DEEP ? 2000 : 100;

test('counts what slicing every row counts', () => {
  const rows = fc.array(fc.array(fc.nat(5), { maxLength: 12 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.constantFrom(-1, 0), rows, (order, start, rows) => {
      const counts = new Counts(order, { vocabulary: 6, start, stop: 1 });
      for (const row of rows) counts.read(Int32Array.from(row));
      expect(spelled(counts)).toEqual(sliced(rows, order, start));
    }),
    { numRuns },
  );
});

test('and goes on so where its tables must grow', () => {
  const random = createRandom(1);
  const rows = Array.from({ length: 400 }, () => Array.from({ length: 20 }, () => Math.floor(300 * random() ** 3)));
  const counts = new Counts(3, { vocabulary: 300, start: -1, stop: -1 });
  for (const row of rows) counts.read(Int32Array.from(row));
  expect(Math.min(...counts.sizes.slice(1))).toBeGreaterThan(2 * 1228); // both tables have grown twice
  expect(spelled(counts)).toEqual(sliced(rows, 3, -1));
});
