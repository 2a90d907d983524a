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
