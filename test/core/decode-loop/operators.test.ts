import { from, lastValueFrom, map, of, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import {
  type Attention,
  attending,
  createRandom,
  decoding,
  type Evaluator,
  encoding,
  evaluating,
  type Item,
  type StepContext,
  sampling,
  type Tokenizer,
  tokenizing,
} from '../../../core/index.ts';

const run: StepContext = { random: [createRandom(0)], given: [undefined], task: [undefined], signal: new AbortController().signal };
const released: unknown[] = [];
const digits = { tokenize: (raw: string) => Int32Array.from(raw, Number) } as Tokenizer<string>;
/** Remembers the sum of all digits read. */
const summing: Attention = {
  attend: (hidden, [memory]) => {
    const sum = (hidden as number) + ((memory as { sum: number } | undefined)?.sum ?? 0);
    return { hidden: sum, memory: [{ sum }] };
  },
  release: (memory) => released.push((memory as { sum: number }).sum),
};

test('every stage is an operator, and together they are a step', async () => {
  const choices = await lastValueFrom(
    from(['12', '3']).pipe(
      tokenizing(digits),
      map((tokens) => [tokens]),
      encoding({ encode: ([row]) => row!.reduce((a, b) => a + b, 0) }, run),
      attending(summing, run),
      decoding(
        {
          decode: (hidden, counts) => ({
            kind: 'categorical',
            extent: 'next',
            counts,
            logits: { dims: [1, 10], data: Float32Array.from({ length: 10 }, (_, id) => (id === hidden ? 1 : 0)) },
          }),
        },
        run,
      ),
      sampling(
        {
          sample: (prediction, [row], state) => {
            const id = prediction.kind === 'categorical' && 'data' in prediction.logits ? prediction.logits.data.indexOf(1) : -1;
            return { inputIds: [Int32Array.of(id)], state: ((state as number | undefined) ?? 0) + row!.length };
          },
        },
        { prompt: [{ tokens: Int32Array.of(7) }], random: createRandom(0), limit: 9 },
      ),
      toArray(),
    ),
  );
  expect(choices.map(({ inputIds, state }) => [[...inputIds[0]!], state])).toEqual([
    [[3], 1],
    [[6], 3],
  ]);
  expect(released).toEqual([3, 6]);
});

test('an evaluator folds what passes', async () => {
  const counting: Evaluator<number> = { evaluate: (_, tally = 0) => tally + 1, report: (tally) => ({ items: tally }) };
  const item: Item = { kind: 'generated', row: { tokens: Int32Array.of(1) }, raw: '1' };
  expect(await lastValueFrom(of(item, item, item).pipe(evaluating(counting as Evaluator)))).toEqual({ items: 3 });
  expect(await lastValueFrom(from([] as Item[]).pipe(evaluating(counting as Evaluator)))).toEqual({});
});

test('the operator of a sampler goes on from the rows that the loop would: parents, what is rolled back, whole rows', async () => {
  const seen: number[][][] = [];
  const choices = [
    { inputIds: [Int32Array.of(3, 4), Int32Array.of(5)] },
    { inputIds: [Int32Array.of(6), Int32Array.of(7)], parents: [1, 0], rollback: [0, 1] },
    { inputIds: [Int32Array.of(8), Int32Array.of(8)] },
  ];
  const sampler = {
    sample: (_: unknown, rows: readonly Int32Array[]) => {
      seen.push(rows.map((row) => [...row]));
      return choices[seen.length - 1]!;
    },
  };
  const prediction = (extent: 'next' | 'whole') => ({ kind: 'point' as const, extent, counts: [2, 2], rows: [] });
  const ask = { prompt: [{ tokens: Int32Array.of(1) }, { tokens: Int32Array.of(2) }], random: createRandom(0), limit: 9 };
  await lastValueFrom(
    from(['next', 'next', 'whole', 'whole'] as const).pipe(
      map(prediction),
      sampling({ ...sampler, sample: (predicted, rows) => sampler.sample(predicted, rows) ?? choices[2]! }, ask),
    ),
  );
  expect(seen).toEqual([
    [[1], [2]],
    [
      [1, 3, 4],
      [2, 5],
    ],
    [
      [2, 5, 6],
      [1, 3, 7],
    ],
    [[8], [8]],
  ]);
});
