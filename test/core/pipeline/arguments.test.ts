import { expect, test } from 'vitest';
import { check, diagram, explain, InvalidArguments, InvalidGenerateOptions, open } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const setup = async () => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS, 'p.json': countingPipeline() });
  return { source: `${folder}/p.json`, options: { models: `${folder}/models`, plugins: [COUNTING] } };
};

/** Each with what must be said, a line a fault. */
const OPENINGS: readonly [string, unknown, readonly RegExp[]][] = [
  ['null', null, [/^open: its options must be an object, not null; leave them out/]],
  ['a list', ['models'], [/^open: .*must be an object, not \["models"\]/]],
  ['a Map', new Map([['models', 'm']]), [/^open: .*must be an object, not a Map/]],
  ['a text', 'models', [/^open: .*must be an object, not "models"/]],
  ['a number as folder', { models: 5 }, [/^open\.models: "models" must be a text, not 5/]],
  ['a text for a list', { data: 'a.txt' }, [/^open\.data: "data" must be a list, not "a.txt"/]],
  ['an unknown key', { model: 'm' }, [/^open\.model: unknown key "model"; did you mean "models"\?/]],
  [
    'several',
    { models: 5, train: 'no', plugin: [], set: [] },
    [
      /^open\.models: /,
      /^open\.train: .*true or false/,
      /^open\.plugin: unknown key "plugin"; did you mean "plugins"/,
      /^open\.set: .*an object/,
    ],
  ],
];

test.each(OPENINGS)('open, check, explain and diagram refuse %s as options, all faults at once', async (_, options, said) => {
  const { source } = await setup();
  for (const call of [open, check, explain, diagram] as ((source: string, options: never) => Promise<unknown>)[]) {
    const error = await call(source, options as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidArguments);
    const lines = (error as Error).message.split('\n');
    expect(lines).toHaveLength(said.length);
    for (const one of said) expect(lines.filter((line) => one.test(line))).toHaveLength(1);
  }
});

const SCORINGS: readonly [string, readonly unknown[], readonly RegExp[]][] = [
  ['a text', ['12'], [/^score: what is scored must be a list of items, not "12"; write \["12"\] for one\.$/]],
  ['an object', [{}], [/^score: .*a list of items, not \{\}/]],
  ['a Set', [new Set(['12'])], [/^score: .*a list of items, not a Set/]],
  ['nothing', [], [/^score: .*a list of items, not nothing/]],
  ['null', [null], [/^score: .*a list of items, not null/]],
  ['an unknown key', [['12'], { sginal: 1 }], [/^score\.sginal: unknown key "sginal"; did you mean "signal"\?/]],
  ['no signal', [['12'], { signal: 'stop' }], [/^score\.signal: "signal" must be an AbortSignal, not "stop"/]],
  ['null as options', [['12'], null], [/^score: its options must be an object, not null/]],
  ['items and options', ['12', { seed: 1, signal: 2 }], [/^score: what is scored/, /^score\.seed: unknown key/, /^score\.signal: /]],
];

test.each(SCORINGS)('score refuses %s, all faults at once', async (_, args, said) => {
  const { source, options } = await setup();
  await using pipeline = await open(source, options);
  const error = await (pipeline.score as (...args: readonly unknown[]) => Promise<unknown>)
    .call(pipeline, ...args)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidArguments);
  const lines = (error as Error).message.split('\n');
  expect(lines).toHaveLength(said.length);
  for (const one of said) expect(lines.filter((line) => one.test(line))).toHaveLength(1);
});

test('score refuses each item that is no text, where texts are spelled', async () => {
  const { source, options } = await setup();
  await using pipeline = await open(source, {
    ...options,
    set: { 'stages.tokenize': 'characters', 'stages.backend': 'ngram', 'stages.evaluate': [] },
  });
  const items = ['12', 5, undefined, '3'] as never[];
  await expect(pipeline.score(items)).rejects.toThrow('score.1: it must be a text, not 5.\nscore.2: it must be a text, not nothing.');
});

test('an ask that is a Map, a Set or a date is refused', async () => {
  const { source, options } = await setup();
  await using pipeline = await open(source, options);
  for (const ask of [new Map([['count', 1]]), new Set(), new Date()]) {
    expect(() => pipeline.generate(ask as never)).toThrow(InvalidGenerateOptions);
    expect(() => pipeline.samples(ask as never)).toThrow(/what is asked must be an object, not a (Map|Set|Date)/);
  }
});

test('what is undefined is left out, and sound arguments are taken', async () => {
  const { source, options } = await setup();
  await using pipeline = await open(source, { ...options, set: undefined, train: true } as never);
  expect(await pipeline.score(['12', '3'], { signal: undefined })).toHaveLength(2);
  expect(await pipeline.score([])).toEqual([]);
});

test.each([
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['null', null],
  ['a Map', new Map()],
  ['a number', 5],
  ['nothing', undefined],
])('open and check refuse %s as what is opened', async (_, source) => {
  for (const call of [open, check] as ((source: never) => Promise<unknown>)[])
    await expect(call(source as never)).rejects.toThrow(/^open: what is opened must be a path or a definition, not /);
});

test('evaluate refuses null, and chat a conversation that is missing or said twice', async () => {
  const { source, options } = await setup();
  await using pipeline = await open(source, options);
  await expect((async () => pipeline.evaluate(null as never))()).rejects.toBeInstanceOf(InvalidGenerateOptions);
  expect(() => pipeline.chat(undefined as never)).toThrow(InvalidGenerateOptions);
  expect(() => pipeline.chat([{ role: 'user', content: 'a' }], { messages: [] })).toThrow(/"messages" is said twice/);
});
