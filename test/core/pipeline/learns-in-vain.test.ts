import { beforeEach, expect, test } from 'vitest';
import { open, type StagewrightError } from '../../../core/index.ts';
import { describeLaws } from '../../../core/laws/index.ts';
import forgetful, { begun } from './fixtures/forgetful.ts';
import { COUNTING, DIGIT_ROWS, workplace } from './workplace.ts';

const FORGETFUL = new URL('fixtures/forgetful.ts', import.meta.url).pathname;
const placed = async (stages: object) => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  const data = { train: `${folder}/rows.txt`, rows: 'lines' };
  const all = { tokenize: 'digits', sample: 'greedy', evaluate: [], ...stages };
  const definition = { name: 'p', data, stages: all, generate: { prompt: '1', count: 1, max_new_tokens: 3 } };
  return { definition, options: { plugins: [COUNTING, FORGETFUL], models: `${folder}/models` } };
};
const failing = async (stages: object): Promise<StagewrightError> => {
  const { definition, options } = await placed(stages);
  await using pipeline = await open(definition, options);
  return pipeline.ready().then(
    () => Promise.reject(new Error('it was trained')),
    (error) => error,
  );
};

beforeEach(() => {
  begun.length = 0;
});

test.each(['lost', 'lost-with-its-trainer'])('a backend whose model is %s is refused before it is trained', async (backend) => {
  const { code, message } = await failing({ backend });
  expect(code).toBe('LEARNS_IN_VAIN');
  expect(message).toContain(`"${backend}" would train, and what it learned would be gone`);
  expect(message).toContain('no save(folder) and load(folder)');
  expect(begun).toEqual([]);
});

test('a tokenizer that fits and is kept nowhere is refused before it is fitted', async () => {
  const { code, message } = await failing({ tokenize: 'lost-ids', backend: 'ngram' });
  expect(code).toBe('LEARNS_IN_VAIN');
  expect(message).toContain('"lost-ids" would fit, and what it learned would be gone');
  expect(begun).toEqual([]);
});

test.each(['kept-by-model', 'kept-by-decoder'])('what is %s says the same when it is opened again', async (backend) => {
  const { definition, options } = await placed({ backend });
  for (const trained of [true, false]) {
    await using pipeline = await open(definition, options);
    expect((await pipeline.ready()).trained).toBe(trained);
    for await (const text of pipeline.generate({})) expect(text).toBe('1333');
  }
  expect(begun).toEqual([backend]);
});

test.each([
  ['lost', true],
  ['lost-with-its-trainer', true],
  ['kept-by-model', false],
  ['kept-by-decoder', false],
])('the laws of trainers know of "%s" whether it is kept', async (use, broken) => {
  const folder = await workplace();
  const holding = { use, kinds: ['trainer'] as const, folder, runs: 3, describe: undefined, it: undefined };
  const said = await describeLaws(forgetful, {}, holding as object).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(said.includes('train/kept')).toBe(broken);
});
