import { describe, expect, test } from 'vitest';
import { complete } from '../../../core/dataset/corpus.ts';
import { beforePrompts, beforeRows, beforeTrained, trainedWith, withoutStart } from '../../../core/dataset/row-prefix.ts';
import { guardTokenizer } from '../../../core/decode-loop/guard.ts';
import { assemble, createRandom, type Model, type Prediction, steps, type Tokenizer } from '../../../core/index.ts';
import { beginningOf, requestsOf } from '../../../core/pipeline/requests.ts';
import { pieces, samples } from '../../../core/pipeline/samples.ts';

const ids = (...of: number[]): Int32Array => Int32Array.from(of);
const digits: Tokenizer<string> = {
  vocabulary: 12,
  fingerprint: 'digits',
  start: 10,
  stop: 11,
  tokenize: (raw) => Int32Array.from(raw, Number),
  detokenize: (tokens) => {
    if (tokens.some((id) => id >= 12)) throw new Error('no such id');
    return tokens.filter((id) => id < 10).join('');
  },
};
const apart: Tokenizer<string> = { ...digits, prefix: { rows: ids(10, 9), prompts: ids() } };

/** Says one id more each time. */
const counting = (more: Partial<Model> = {}): Model => ({
  forward: async ({ inputIds, memory }) => {
    const logits = inputIds.map((tokens) => Array.from({ length: 20 }, (_, id) => (id === tokens.at(-1)! + 1 ? 9 : 0)));
    const prediction: Prediction = {
      kind: 'categorical',
      extent: 'next',
      counts: inputIds.map(() => 1),
      logits: { dims: [inputIds.length, 20], data: Float32Array.from(logits.flat()) },
    };
    return { prediction, memory };
  },
  ...more,
});
const greedy = {
  sample: (prediction: Prediction) => {
    const { data } = (prediction as unknown as { logits: { data: Float32Array } }).logits;
    return { inputIds: [ids(data.indexOf(Math.max(...data)))] };
  },
};
const asking = (tokenizer: Tokenizer, more: Partial<Model> = {}, whole = false) => ({ model: counting(more), tokenizer, whole });
const full = { count: 1, max_new_tokens: 8, seed: 0 };
const never = new AbortController().signal;

describe('what stands before', () => {
  test('is start before both, unless a prefix says what is put before each', () => {
    expect([beforeRows(digits), beforePrompts(digits), beforeTrained(digits)]).toEqual([ids(10), ids(10), ids(10)]);
    expect([beforeRows(apart), beforePrompts(apart), beforeTrained(apart)]).toEqual([ids(10, 9), ids(), ids(10, 9)]);
    expect([beforeRows({}), beforePrompts({}), beforeTrained({})]).toEqual([ids(), ids(), ids()]);
    expect([...complete(apart, ids(1, 2))]).toEqual([10, 9, 1, 2, 11]);
  });

  test('is that of rows before prompts too where a model is trained here, and start where rows have none', () => {
    expect(trainedWith(apart).prefix).toEqual({ rows: ids(10, 9), prompts: ids(10, 9) });
    expect(trainedWith({ ...digits, prefix: { rows: ids(), prompts: ids() } }).prefix).toEqual({ rows: ids(10), prompts: ids(10) });
    expect(trainedWith(digits)).toBe(digits);
  });

  test('is nothing where a backend makes whole rows', () => {
    expect(withoutStart(apart)).toMatchObject({ stop: 11 });
    expect([beforeRows(withoutStart(apart)), beginningOf(asking(withoutStart(apart), {}, true), ids())]).toEqual([ids(), ids()]);
  });

  test('is what a row can begin with where it would be empty: the tokenizer’s, else the model’s, else an error', () => {
    const { start: _, ...nameless } = apart;
    expect(beginningOf(asking(apart), ids(1))).toEqual(ids());
    expect(beginningOf(asking(apart), ids())).toEqual(ids(10));
    expect(beginningOf(asking(apart, { start: 7 }), ids())).toEqual(ids(10));
    expect(beginningOf(asking(nameless, { start: 7 }), ids())).toEqual(ids(7));
    expect(() => requestsOf(asking(nameless), full, never)).toThrow(expect.objectContaining({ code: 'EMPTY_PROMPT' }));
    expect(requestsOf(asking(nameless), { ...full, prompt: '1' }, never).requestOf(0).prompt[0]!.tokens).toEqual(ids(1));
  });
});

describe('what ends a row', () => {
  test('is the tokenizer’s stop and every id of the model’s, each once', () => {
    const stop = (tokenizer: Tokenizer, more: Partial<Model>) =>
      requestsOf(asking(tokenizer, more), { ...full, prompt: '1' }, never).requestOf(0).stop;
    const { stop: _, ...endless } = digits;
    expect([stop(digits, {}), stop(digits, { stop: [5, 11, 6] }), stop(endless, { stop: [5] }), stop(endless, {})]).toEqual([
      [11],
      [11, 5, 6],
      [5],
      undefined,
    ]);
  });

  test('is the first that is said of several, also in the middle of what is said at once', async () => {
    const request = { prompt: [{ tokens: ids(1) }], random: createRandom(0), limit: 9, stop: [6, 4] };
    const said: number[][] = [];
    for await (const step of steps(counting(), greedy as never, request)) said.push([...step.emitted]);
    expect(said).toEqual([[2], [3], [4]]);
    for (const done of [false, true]) {
      const three = { sample: () => ({ inputIds: [ids(5, 6, 4)], done }) };
      for await (const { emitted, ended } of steps(counting(), three, request)) expect([[...emitted], ended]).toEqual([[5, 6], 'stop']);
    }
  });

  test('is told beside a sample, not in it', async () => {
    const generating = {
      ...asking(digits, { stop: [6, 4] }),
      sampler: greedy as never,
      ownSampler: never as never,
      width: 1,
      shares: true,
    };
    for await (const { raw, row, ended, stop } of samples(generating, { ...full, prompt: '1' }, never))
      expect([raw, [...row.tokens], ended, stop]).toEqual(['123', [1, 2, 3], 'stop', 4]);
    for await (const { ended, stop } of pieces(generating, { ...full, max_new_tokens: 1, prompt: '1' }, never))
      expect([ended, stop]).toEqual(['length', undefined]);
  });

  test('goes from an encoder to the model that is made of it', () => {
    const stages = { attention: { attend: () => ({ hidden: 0, memory: [] }) }, decoder: { decode: () => ({}) as Prediction } };
    const { start, stop } = assemble({ ...stages, encoder: { start: 3, stop: [4, 5], encode: () => 0 } });
    expect([start, stop]).toEqual([3, [4, 5]]);
  });
});

test('ids beyond a tokenizer’s own spell nothing, whole or in pieces', () => {
  const guarded = guardTokenizer({ ...digits, detokenizer: () => ({ push: digits.detokenize, end: () => '' }) }, 'digits');
  expect(guarded.detokenize(ids(1, 12, 2, 300))).toBe('12');
  const growing = guarded.detokenizer!();
  expect([growing.push(ids(1, 15)), growing.push(ids(16)), growing.push(ids(2)), growing.end()]).toEqual(['1', '', '2', '']);
});
