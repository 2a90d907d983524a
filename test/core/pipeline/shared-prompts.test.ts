import { expect, test } from 'vitest';
import { shared } from '../../../core/decode-loop/scheduler.ts';
import { assemble, type Model, open } from '../../../core/index.ts';
import { type Generation, type Sample, samples } from '../../../core/pipeline/samples.ts';
import { seen } from './fixtures/alike.ts';
import { DIGIT_ROWS, workplace } from './workplace.ts';

const never = new AbortController().signal;
const LENGTH = 1000;
const text = Array.from({ length: LENGTH }, (_, i) => String((i * i + (i >> 3)) % 10)).join('');

/** A pipeline's own stages, and how many tokens they read. */
const opened = async (backend: string, settings: { with?: object; train?: object } = {}) => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  const pipeline = await open(
    {
      name: 'alike',
      data: { train: `${folder}/rows.txt` },
      stages: { tokenize: 'characters', backend, sample: 'sampling' },
      backends: { [backend]: settings },
    },
    { models: `${folder}/models` },
  );
  const { backend: made, sample, tokenize } = await pipeline.tools.parts();
  const model = assemble(made.stage);
  const seen = { tokens: 0, held: 0 };
  const counted: Model = {
    ...model,
    async forward(reading) {
      seen.tokens += reading.inputIds.reduce((sum, { length }) => sum + length, 0);
      const read = await model.forward(reading);
      seen.held += model.release ? read.memory.length : 0;
      return read;
    },
    ...(model.release && {
      release(memory) {
        seen.held--;
        model.release!(memory);
      },
    }),
  };
  const generating = {
    model: shared(counted, 32, 2048),
    sampler: sample.stage,
    ownSampler: never as never,
    tokenizer: tokenize.stage,
    width: 4,
    whole: false,
  };
  const told = async (shares: boolean, ask: object) => {
    seen.tokens = 0;
    const began = performance.now();
    const all: Sample[] = [];
    const full = { count: 5, max_new_tokens: 4, seed: 3, ...ask };
    for await (const sample of samples({ ...generating, shares } as Generation, full, never)) all.push(sample);
    return { rows: all.map(({ row }) => [...row.tokens]), read: seen.tokens, held: seen.held, ms: performance.now() - began };
  };
  return { pipeline, told };
};

test.each([
  ['ngram', {}],
  ['transformer', { with: { layers: 1, heads: 2, width: 64, context: 1100 }, train: { steps: 1, batch: 2 } }],
] as const)('samples of one prompt under %s read it once, and say what they say apart', async (backend, settings) => {
  const { pipeline, told } = await opened(backend, settings);
  await using _ = pipeline;
  const both = async (ask: object) => {
    const [apart, together] = [await told(false, ask), await told(true, ask)];
    expect(together.rows).toEqual(apart.rows);
    expect([apart.held, together.held]).toEqual([0, 0]);
    return { saved: apart.read - together.read, ms: [apart.ms, together.ms] as const };
  };
  const turns: (readonly [number, number])[] = [];
  for (let i = 0; i < 5; i++) {
    const { saved, ms } = await both({ prompt: text });
    expect(saved).toBe(4 * (1 + LENGTH)); // a start token stands before it
    turns.push(ms);
  }
  const middle = (which: 0 | 1): string =>
    turns
      .map((ms) => ms[which])
      .sort((a, b) => a - b)[2]!
      .toFixed(1);
  console.log(`${backend}: 5 samples of ${LENGTH} tokens in ${middle(0)} ms, sharing in ${middle(1)} ms`);

  const prompts = [text.slice(0, 300), text.slice(300, 500), text.slice(0, 300)];
  expect((await both({ prompts, count: 14 })).saved).toBe(8 * 301 + 4 * 201); // two of three are equal
  expect((await both({ prompts: ['1', '2', '3', '4', '5'], count: 5 })).saved).toBe(0);
});

test.each([
  ['read once', {}, 'alike', 'plain', 6],
  ['read once under each condition', { given: ['a', 'b', 'a', 'b'] }, 'alike', 'plain', 2 * 6],
  ['read apart under a task', { task: { name: 'echo' } }, 'alike', 'plain', 4 * 6],
  ['read apart for a sampler that wants all of it predicted', {}, 'alike', 'all', 4 * 6],
  ['read apart where a backend agrees with itself statistically', {}, 'loose', 'plain', 4 * 6],
] as const)('a prompt of four samples is %s', async (_, ask, backend, sample, read) => {
  await using pipeline = await open(
    { name: 'alike', stages: { tokenize: 'alike', backend, sample } },
    { plugins: [new URL('fixtures/alike.ts', import.meta.url).pathname] },
  );
  seen.tokens = 0;
  for await (const { row } of pipeline.samples({ prompt: '123456', count: 4, max_new_tokens: 2, ...ask }))
    expect(row.tokens.join('')).toBe('12345677');
  expect(seen.tokens - 4).toBe(read); // and one more of each
});
