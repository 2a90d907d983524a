import fc from 'fast-check';
import type { Batch, Row } from '../../data/tokens.ts';
import { assemble } from '../../decode-loop/model.ts';
import { drop } from '../../decode-loop/release.ts';
import { pricesOf, score } from '../../decode-loop/score.ts';
import { batch, seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { ledger } from '../probes/ledger.ts';
import { reading, runOf } from '../probes/reading.ts';
import { comparable } from '../probes/story.ts';
import { type BackendSubject, nextOnly, rowOf } from '../subjects/subjects.ts';

/** Above this vocabulary the prices of all ids are asked for in part only. */
const MOST = 512;

const noPrice = (subject: BackendSubject): string | undefined =>
  nextOnly(subject) ?? (subject.stages.decoder.price ? undefined : 'it has no price of its own; predictions are priced');

const unlikely = (subject: BackendSubject): string | undefined =>
  nextOnly(subject) ?? (subject.capabilities.likelihood?.includes('none') ? 'it declares no likelihood' : undefined);

/** Within rounding of single precision, which logits have. */
const near = (a: number, b: number): boolean => a === b || Math.abs(a - b) <= 2e-3 * Math.max(1, Math.abs(a), Math.abs(b));

/** What holds of what tokens cost. */
export const priceLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { row: Row; seed: number }>({
    name: 'decode/price-agrees',
    sentence: 'What a token costs is the negative logarithm of what decode gives it.',
    stage: 'decode',
    silent: noPrice,
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ fresh, model }) => {
        const targets = Int32Array.from(row.tokens, (id, i) => row.tokens[i + 1] ?? id);
        const expected = pricesOf(await fresh(row, targets.length, seed), 0, targets);
        const run = runOf([{ given: row.given }], seed);
        const { nats, memory } = await model.price!({ ...run, inputIds: [row.tokens], memory: [undefined], targets: [targets] });
        drop(model, memory);
        demand(
          nats[0]!.every((price, i) => near(expected[i]!, price)),
          'a price differs from the prediction',
          { targets, expected, found: nats[0] },
        );
      }),
  }),

  law<BackendSubject, { row: Row; seed: number }>({
    name: 'decode/price-sums-to-one',
    sentence: 'The probabilities that prices stand for sum to one over the vocabulary.',
    stage: 'decode',
    silent: (subject) => noPrice(subject) ?? (subject.vocabulary > MOST ? `it has more than ${MOST} ids` : undefined),
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ model }) => {
        const ids = Array.from({ length: subject.vocabulary }, (_, id) => id);
        const { nats, memory } = await model.price!({
          ...runOf(
            ids.map(() => ({ given: row.given, luck: 0 })),
            seed,
          ),
          inputIds: ids.map(() => row.tokens),
          memory: ids.map(() => undefined),
          targets: ids.map((id) => Int32Array.of(id)),
        });
        drop(model, memory);
        const sum = nats.reduce((sum, price) => sum + Math.exp(-price[0]!), 0);
        demand(Math.abs(sum - 1) < 1e-3, 'the probabilities do not sum to one', { expected: 1, found: sum });
      }),
  }),

  law<BackendSubject, { row: Row; seed: number }>({
    name: 'decode/scored-as-predicted',
    sentence: 'A row costs what its tokens cost one after another, each predicted after a fresh reading of those before it.',
    stage: 'decode',
    silent: (subject) =>
      unlikely(subject) ?? (subject.capabilities.agreement === 'statistical' ? 'its predictions agree statistically only' : undefined),
    arbitrary: (subject) => fc.record({ row: rowOf(subject), seed: seed() }),
    check: (subject, { row, seed }) =>
      reading(subject, async ({ fresh, model }) => {
        const [scored] = await score(model, [row], { seed });
        for (let at = 1; at < row.tokens.length; at++) {
          const before = { ...row, tokens: row.tokens.subarray(0, at) };
          const [expected] = pricesOf(await fresh(before, 1, seed), 0, row.tokens.subarray(at, at + 1));
          demand(near(expected!, scored!.nats[at - 1]!), 'a token costs something else', { at, expected, found: scored!.nats[at - 1] });
        }
      }),
  }),

  law<BackendSubject, { rows: Batch<Row>; width: number; chunk: number; seed: number }>({
    name: 'decode/scored-alone-or-together',
    sentence: 'A row costs what it costs alone, however many are priced beside it and in however small passes.',
    stage: 'decode',
    silent: (subject) =>
      (subject.capabilities.likelihood?.includes('none') ? 'it declares no likelihood' : undefined) ?? comparable(subject),
    arbitrary: (subject) =>
      fc.record({
        rows: batch(rowOf(subject), { min: 2, max: 5 }),
        width: fc.integer({ min: 1, max: 4 }),
        chunk: fc.integer({ min: 1, max: 12 }),
        seed: seed(),
      }),
    async check(subject, { rows, ...how }) {
      const book = ledger(subject.stages);
      const model = assemble(book.stages);
      const { extent } = subject;
      const same = subject.capabilities.agreement === 'tolerance' ? near : Object.is;
      const together = await score(model, rows, { ...how, extent });
      for (const [i, row] of rows.entries()) {
        const [alone] = await score(model, [row], { seed: how.seed, extent });
        const { nats, cost } = together[i]!;
        demand(
          nats.length === alone!.nats.length && nats.every((price, at) => same(alone!.nats[at]!, price)) && same(alone!.cost, cost),
          'a row costs something else beside others',
          { row: i, expected: alone, found: together[i] },
        );
      }
      book.settle();
    },
  }),
];
