import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { prepare } from '../../../core/check/prepare.ts';
import { assemble, open, type Sampler, steps } from '../../../core/index.ts';
import { plainSampler, randomTable, tableBackend, wholeBackend } from '../../../core/laws/index.ts';
import { resolveOptions } from '../../../core/pipeline/requests.ts';
import { workplace } from './workplace.ts';

const opened = async (generate: object = {}) => {
  const folder = await workplace({ 'rows.txt': 'row a\nrow b\nrow c\nrows\n' });
  const stages = { tokenize: 'characters', backend: 'ngram', sample: { use: 'sampling', with: { temperature: 0.5, top_k: 4 } } };
  const data = { train: `${folder}/rows.txt`, rows: 'lines' };
  return open({ name: 'p', data, stages, generate: { count: 9, ...generate }, seed: 5 }, { models: `${folder}/models` });
};

test('what was generated costs what scoring it costs, whatever the sampler did', async () => {
  await using pipeline = await opened({ logprobs: 2 });
  const all = await lastValueFrom(pipeline.samples().pipe(toArray()));
  const ended = all.filter((one) => one.ended === 'stop');
  expect(ended.length).toBeGreaterThan(3);
  const scores = await pipeline.score(ended.map(({ raw }) => raw));
  for (const [i, { raw, row, logprobs = [], usage }] of ended.entries()) {
    expect(logprobs.length).toBe(usage.generated);
    expect(usage).toEqual({ prompt: 1, generated: row.tokens.length + 1 });
    for (const [at, nats] of scores[i]!.nats.entries()) expect(logprobs[at]!.logprob).toBeCloseTo(-nats, 5);
    expect(logprobs.map(({ text }) => text).join('')).toBe(`${raw}⟨stop⟩`);
    for (const { top } of logprobs) expect(top.length).toBe(2);
  }
});

test('a stop string ends them with its last token', async () => {
  await using pipeline = await opened();
  const ask = { prompt: 'r', stop: 'w', count: 1, logprobs: 0 };
  const [sample] = await lastValueFrom(pipeline.samples(ask).pipe(toArray()));
  expect(sample).toMatchObject({ raw: 'ro', ended: 'stop', stop: 'w', usage: { prompt: 2, generated: 2 } });
  expect(sample!.logprobs!.map(({ text, top }) => [text, top])).toEqual([
    ['o', []],
    ['w', []],
  ]);
  const [plain] = await lastValueFrom(pipeline.samples({ count: 1 }).pipe(toArray()));
  expect(plain).not.toHaveProperty('logprobs');
});

test('a prompt that leaves less room than the minimum is told so', async () => {
  await using pipeline = await opened();
  const ask = { prompt: 'row', min_new_tokens: 5, max_length: 7, count: 1 };
  await expect(lastValueFrom(pipeline.samples(ask))).rejects.toMatchObject({
    code: 'NO_ROOM_FOR_MINIMUM',
    message: '"min_new_tokens" asks for 5 new tokens, and behind the prompt there is room for 3; lower it, or shorten the prompt.',
  });
});

test('what a swapped backend cannot use is not asked of it', async () => {
  const set = { 'generate.logprobs': 2, 'generate.min_new_tokens': 2, 'stages.backend': 'vae', 'backends.vae.with.likelihood': 'logistic' };
  const { resolved } = await prepare('pipelines/ngram-image.json', { set });
  expect(resolved!.aside.map(({ path }) => path.join('.'))).toEqual(expect.arrayContaining(['generate.logprobs']));
  expect(Object.keys(resolveOptions(resolved!, {}))).not.toContain('logprobs');
});

const asked = async (model: Parameters<typeof assemble>[0], sampler: Sampler): Promise<unknown> => {
  const request = { prompt: [{ tokens: Int32Array.of(0) }], random: () => 0.5, limit: 4, logprobs: 1 } as never;
  const all: unknown[] = [];
  for await (const { logprobs } of steps(assemble(model), sampler, request)) all.push(logprobs);
  return all;
};

test('where nothing is known of them that is said', async () => {
  const late: Sampler = {
    sample(prediction, rows, _state, request) {
      const { inputIds: fresh } = plainSampler.sample(prediction, rows, undefined, request) as unknown as { inputIds: Int32Array[] };
      const done = rows[0]!.length === 3;
      return { inputIds: fresh, emitted: done ? Int32Array.of(...rows[0]!.subarray(1), ...fresh[0]!) : new Int32Array(0), done };
    },
  };
  await expect(asked(tableBackend(randomTable(4, 1)), late)).rejects.toMatchObject({ code: 'LOGPROBS_LATE' });
  await expect(asked(wholeBackend({ kind: 'point' }), plainSampler)).rejects.toMatchObject({ code: 'NOT_CATEGORICAL' });
  expect(await asked(wholeBackend({ length: 3 }), plainSampler)).toMatchObject([[{ top: [{}] }, { top: [{}] }, { top: [{}] }]]);
});
