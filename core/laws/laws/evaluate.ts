import fc from 'fast-check';
import type { Evaluator, Item, Measures } from '../../stages/evaluate.ts';
import { demand, type Law, law } from '../law.ts';
import type { EvaluatorSubject } from '../subjects/subjects.ts';
import { place } from '../subjects/subjects.ts';

type Items = readonly Item[];

const fold = async (evaluator: Evaluator, items: Items): Promise<unknown> => {
  let tally: unknown;
  for (const item of items) tally = await evaluator.evaluate(item, tally);
  return tally;
};

const measure = async (evaluator: Evaluator, items: Items): Promise<Measures> => evaluator.report(await fold(evaluator, items));

/** A few items, at least two of each kind that the evaluator reads. */
const several = ({ item, capabilities }: EvaluatorSubject): fc.Arbitrary<Items> => {
  const kinds = capabilities.items ?? [];
  return fc
    .array(item, { minLength: 4, maxLength: 10, size: 'max' })
    .filter((items) => kinds.every((kind) => items.filter((one) => one.kind === kind).length >= Math.min(2, Math.floor(4 / kinds.length))));
};

const near = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));

const same = (expected: Measures, found: Measures, tolerance: number): void =>
  demand(
    Object.keys(expected).sort().join() === Object.keys(found).sort().join() &&
      Object.entries(expected).every(([name, value]) => near(value, found[name]!, tolerance)),
    'the measures differ',
    { expected, found },
  );

/** What holds of evaluators. */
export const evaluateLaws: readonly Law<EvaluatorSubject>[] = [
  law<EvaluatorSubject, { items: Items; order: number }>({
    name: 'evaluate/in-any-order',
    sentence: 'The order of items does not matter.',
    stage: 'evaluate',
    silent: ({ ordered }) => (ordered ? 'it reads items as a sequence' : undefined),
    arbitrary: (subject) => fc.record({ items: several(subject), order: place() }),
    async check({ evaluator, tolerance }, { items, order }) {
      const at = order % items.length;
      const turned = [...items.slice(at), ...items.slice(0, at)].reverse();
      same(await measure(evaluator, items), await measure(evaluator, turned), tolerance);
    },
  }),

  law<EvaluatorSubject, { items: Items; cut: number }>({
    name: 'evaluate/halves-merge',
    sentence: 'Two halves folded apart and merged are the whole.',
    stage: 'evaluate',
    silent: ({ evaluator }) => (evaluator.merge ? undefined : 'it merges no halves'),
    arbitrary: (subject) => fc.record({ items: several(subject), cut: place() }),
    async check({ evaluator, tolerance }, { items, cut }) {
      const at = 1 + (cut % (items.length - 1));
      const [first, second] = [await fold(evaluator, items.slice(0, at)), await fold(evaluator, items.slice(at))];
      same(await measure(evaluator, items), await evaluator.report(evaluator.merge!(first, second)), tolerance);
    },
  }),

  law<EvaluatorSubject, { items: Items }>({
    name: 'evaluate/finite',
    sentence: 'Every measure of ordinary items is a finite number under a name.',
    stage: 'evaluate',
    arbitrary: (subject) => fc.record({ items: several(subject) }),
    async check({ evaluator }, { items }) {
      const measures = await measure(evaluator, items);
      demand(Object.keys(measures).length > 0, 'nothing is measured');
      demand(Object.values(measures).every(Number.isFinite), 'a measure is no finite number', { found: measures });
    },
  }),

  law<EvaluatorSubject, { items: Items; others: Items }>({
    name: 'evaluate/keeps-nothing',
    sentence: 'Two folds that take turns at one evaluator are as each alone: the tally is all it knows.',
    stage: 'evaluate',
    arbitrary: (subject) => fc.record({ items: several(subject), others: several(subject) }),
    async check({ evaluator, tolerance }, { items, others }) {
      const expected = await measure(evaluator, items);
      let mine: unknown;
      let theirs: unknown;
      for (let i = 0; i < Math.max(items.length, others.length); i++) {
        if (i < others.length) theirs = await evaluator.evaluate(others[i]!, theirs);
        if (i < items.length) mine = await evaluator.evaluate(items[i]!, mine);
      }
      await evaluator.report(theirs);
      same(expected, await evaluator.report(mine), tolerance);
    },
  }),

  law<EvaluatorSubject, { items: Items; at: number }>({
    name: 'evaluate/report-changes-nothing',
    sentence: 'A report between two items changes neither itself nor what comes after.',
    stage: 'evaluate',
    arbitrary: (subject) => fc.record({ items: several(subject), at: place() }),
    async check({ evaluator, tolerance }, { items, at }) {
      const expected = await measure(evaluator, items);
      let tally: unknown;
      for (const [i, item] of items.entries()) {
        tally = await evaluator.evaluate(item, tally);
        if (i >= at % items.length) await evaluator.report(tally);
      }
      const once = await evaluator.report(tally);
      same(once, await evaluator.report(tally), 0);
      same(expected, once, tolerance);
    },
  }),

  law<EvaluatorSubject, { items: Items }>({
    name: 'evaluate/items-untouched',
    sentence: 'Items are never written to.',
    stage: 'evaluate',
    arbitrary: (subject) => fc.record({ items: several(subject) }),
    async check({ evaluator }, { items }) {
      const before = structuredClone(items);
      await measure(evaluator, items);
      items.forEach((item, i) => {
        const [was, is] = [print(before[i]!), print(item)];
        demand(was === is, 'an item was changed', { item: i, expected: before[i]!.row.tokens, found: item.row.tokens });
      });
    },
  }),

  law<EvaluatorSubject, { items: Items }>({
    name: 'evaluate/repeatable',
    sentence: 'The same items have the same measures, to the bit.',
    stage: 'evaluate',
    arbitrary: (subject) => fc.record({ items: several(subject) }),
    check: async ({ evaluator }, { items }) => same(await measure(evaluator, items), await measure(evaluator, items), 0),
  }),
];

const print = (item: Item): string =>
  JSON.stringify(item, (_key, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value));
