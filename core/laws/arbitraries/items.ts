import fc, { type Arbitrary } from 'fast-check';
import type { Item } from '../../stages/evaluate.ts';
import { row } from './tokens.ts';

/** Items of the given kinds, as a pipeline feeds them: rows short, raw matter and vocabulary as wanted, prices of a row's every token after the first. */
export const item = (kinds: readonly Item['kind'][], raw: Arbitrary<unknown>, vocabulary = 16, given = false): Arbitrary<Item> =>
  fc
    .record({
      kind: fc.constantFrom(...kinds),
      row: row(vocabulary, { min: 2, max: 8 }, given),
      raw,
      price: fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 8, maxLength: 8 }),
      cost: fc.constantFrom(0, 0, 0.5),
    })
    .map(({ kind, row, raw, price, cost }) =>
      kind === 'scored'
        ? { kind, row, raw, nats: Float64Array.from(price.slice(0, row.tokens.length - 1), (n) => n / 8), cost }
        : { kind, row, raw },
    );
