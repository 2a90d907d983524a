import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, explain, type OpenOptions, open, where } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from '../pipeline/workplace.ts';

const MISFITS = new URL('../pipeline/fixtures/misfits.ts', import.meta.url).pathname;
const EXAMPLE = new URL('../../../pipelines/quickstart.json', import.meta.url).pathname;

const stages = { tokenize: 'characters', backend: 'ngram', sample: 'sampling' };

/** The faults of a pipeline without data, its parts replaced. */
const faultsOf = async (more: object, options: OpenOptions = {}): Promise<string[]> =>
  (await check({ name: 'x', stages, ...more }, { plugins: [MISFITS], ...options })).map(
    ({ place, path, message }) => `${place ? where(place) : path.join('.')} ${message}`,
  );

const data = { train: EXAMPLE };

describe('stages that do not fit together', () => {
  test.each<[string, object, RegExp]>([
    [
      'hidden values',
      { stages: { ...stages, encode: 'odd-pointed' } },
      /^stages\.encode "odd-pointed" gives hidden values of the kind "noise", and "ngram" decodes hidden values of the kind "ids"/,
    ],
    [
      'an unfit sampler',
      { stages: { ...stages, backend: 'odd-pointed', sample: 'odd-narrow' } },
      /^stages\.sample "odd-narrow" samples categorical next, and "odd-pointed" predicts point whole/,
    ],
    [
      'what a sampler needs beside',
      { stages: { ...stages, sample: 'odd-guided' } },
      /^stages\.sample "odd-guided" needs features, which "ngram" does not give/,
    ],
    [
      'likelihood that is not there',
      { stages: { ...stages, backend: 'odd-pointed', evaluate: ['likelihood'] } },
      /^stages\.evaluate\.0 "likelihood" cannot evaluate this pipeline: it needs a likelihood that is exact or bound, and the backend's is none/,
    ],
    [
      'measures of another matter',
      { stages: { ...stages, evaluate: 'odd-likeness' } },
      /^stages\.evaluate\.0 .*it measures image, and the tokenizer spells text/,
    ],
    [
      'measures of what rows are conditioned on',
      { stages: { ...stages, evaluate: 'odd-faithful' } },
      /needs given, which the backend does not give/,
    ],
    [
      'a reader of another matter',
      { data: { ...data, read: 'odd-scans' } },
      /^data\.read "odd-scans" reads image, and "characters" spells text/,
    ],
    [
      'a prompt that cannot be spelled',
      { stages: { ...stages, tokenize: 'odd-pixels' }, generate: { prompt: 'a' } },
      /^generate\.prompt a prompt is text, and "odd-pixels" spells image/,
    ],
    [
      'held-out measures without held-out rows',
      { data: { ...data, valid: 0 }, stages: { ...stages, evaluate: ['likelihood'] } },
      /it measures held-out rows, and "valid" is 0/,
    ],
    [
      'settings that contradict each other',
      { stages: { ...stages, backend: 'odd-pointed' }, backends: { 'odd-pointed': { with: { heads: 3 } } } },
      /^backends\.odd-pointed\.with\.heads "heads" must divide "width", and 3 does not divide 8/,
    ],
    ['a measure twice', { stages: { ...stages, evaluate: ['diversity', 'diversity'] } }, /^stages\.evaluate\.1 "diversity" is named twice/],
    [
      'nothing to decode',
      { stages: { tokenize: 'bytes', sample: 'greedy', encode: 'ngram', attend: 'ngram' } },
      /^stages nothing is said to decode/,
    ],
  ])('%s', async (_, more, message) => {
    const faults = await faultsOf(more);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(message);
  });
});

describe('settings without effect', () => {
  test.each<[string, object, RegExp]>([
    ['shuffle without held-out rows', { data: { ...data, valid: 0, shuffle: true } }, /^data\.shuffle "shuffle" has no effect/],
    ['shuffle of files', { data: { ...data, valid: [EXAMPLE], shuffle: true } }, /^data\.shuffle .*"valid" names files/],
    [
      'what the reader is told of rows',
      { data: { ...data, read: { use: 'text', with: { rows: 'lines' } } } },
      /^data\.read\.with\.rows .*"data\.rows" says/,
    ],
    [
      'a condition that nobody reads',
      { data: { ...data, read: 'jsonl', rows: { tokens: 'a', given: 'b' } } },
      /^data\.rows\.given .*"ngram" is not conditioned/,
    ],
    [
      'a backend beside all three stages',
      { stages: { ...stages, encode: 'ngram', attend: 'ngram', decode: 'ngram' } },
      /^stages\.backend .*all named/,
    ],
    [
      'a limit to whole rows',
      { stages: { ...stages, backend: 'odd-pointed' }, generate: { max_new_tokens: 3 } },
      /^generate\.max_new_tokens .*predicts whole rows/,
    ],
    [
      'a whole length of whole rows',
      { stages: { ...stages, backend: 'odd-pointed' }, generate: { max_length: 3 } },
      /^generate\.max_length .*predicts whole rows/,
    ],
    [
      'chunks of whole rows',
      { stages: { ...stages, backend: 'odd-pointed' }, batching: { chunk: 64 } },
      /^batching\.chunk .*predicts whole rows/,
    ],
    ['two limits', { generate: { max_new_tokens: 3, max_length: 9 } }, /^generate\.max_length .*"max_new_tokens" wins/],
    [
      'samples for no measure',
      { stages: { ...stages, evaluate: ['likelihood'] }, evaluate: { samples: 5 } },
      /^evaluate\.samples .*no measure reads samples/,
    ],
    [
      'held-out rows for no measure',
      { stages: { ...stages, evaluate: ['diversity'] }, evaluate: { rows: 5 } },
      /^evaluate\.rows .*no measure reads held-out rows/,
    ],
    [
      'a stride for no measure',
      { stages: { ...stages, evaluate: ['diversity'] }, evaluate: { stride: 5 } },
      /^evaluate\.stride .*no measure reads scores/,
    ],
    [
      'checkpoints of what does not train',
      { stages: { ...stages, backend: 'odd-pointed' }, checkpoint_seconds: 5 },
      /^checkpoint_seconds .*nothing here is trained/,
    ],
    [
      "a sampler's setting that the backend cannot use",
      { stages: { ...stages, backend: 'odd-pointed', sample: { use: 'sampling', with: { top_p: 0.9, temperature: 1 } } } },
      /^stages\.sample\.with\.top_p "top_p" cannot be used with "odd-pointed", which predicts point whole/,
    ],
    [
      'settings of a stage that has none',
      { stages: { ...stages, tokenize: { use: 'bytes', with: { lowercase: true } } } },
      /^stages\.tokenize\.with\.lowercase "bytes" takes no such settings/,
    ],
  ])('%s', async (_, more, message) => {
    const faults = await faultsOf(more);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(message);
  });

  test('are set aside where the backend is swapped in from outside, and explained', async () => {
    const source = { name: 'x', stages: { ...stages, sample: { use: 'sampling', with: { top_p: 0.9 } } }, generate: { max_new_tokens: 9 } };
    const swap = { set: { 'stages.backend': 'odd-pointed' }, plugins: [MISFITS] };
    expect(await check(source, swap)).toEqual([]);
    const { aside, settings } = await explain(source, swap);
    expect(aside.map(({ path }) => path.join('.'))).toEqual(['stages.sample.with.top_p', 'generate.max_new_tokens']);
    expect(settings.find(({ path }) => path === 'stages.sample.with.top_p')).toBeUndefined();
    await using pipeline = await open(source, swap);
    expect(pipeline.tools.aside).toEqual(aside);
  });
});

describe('names and keys of other libraries', () => {
  test.each([
    [{ stages: { ...stages, sampler: 'greedy' } }, 'sample'],
    [{ stages: { ...stages, sample: { use: 'sampling', with: { topP: 0.9 } } } }, 'top_p'],
    [{ stages: { ...stages, sample: { use: 'sampling', with: { repeat_penalty: 1.1 } } } }, 'repetition_penalty'],
    [{ generate: { maxTokens: 5 } }, 'max_new_tokens'],
    [{ generate: { num_return_sequences: 5 } }, 'count'],
    [{ generate: { topP: 0.5 } }, 'top_p'],
    [{ data: { ...data, validation_split: 0.1 } }, 'valid'],
    [{ backends: { ngram: { with: { ngram_order: 3 } } } }, 'order'],
    [{ random_state: 3 }, 'seed'],
    [{ seed: 1, max_new_tokens: 3 }, 'generate.max_new_tokens'],
  ])('%j', async (more, suggestion) => {
    expect(await check({ name: 'x', stages, ...more })).toEqual([expect.objectContaining({ suggestion })]);
  });
});

describe('what stands elsewhere', () => {
  test('files: each that is missing, at its place', async () => {
    const folder = await workplace({
      'a.txt': 'a',
      'p.json': { name: 'x', data: { train: ['a.txt', 'no.txt', '*.none'], valid: 'lost.txt' }, stages },
    });
    const faults = await check(join(folder, 'p.json'));
    expect(faults.map(({ path, message }) => [path.join('.'), message.slice(0, 24)])).toEqual([
      ['data.train.1', 'No file fits "no.txt" in'],
      ['data.train.2', 'No file fits "*.none" in'],
      ['data.valid.0', 'No file fits "lost.txt" '],
    ]);
  });

  test('files whose readers fit neither the rows nor the tokenizer', async () => {
    const folder = await workplace({ 'a.csv': 'text\na\n', 'a.txt': 'a\n' });
    const faults = async (train: string, tokenize: string) =>
      (await check({ name: 'x', data: { train: join(folder, train) }, stages: { ...stages, tokenize } }, { plugins: [MISFITS] })).map(
        ({ path, message }) => `${path.join('.')} ${message}`,
      );
    expect(await faults('a.txt', 'characters')).toEqual([]);
    expect(await faults('a.csv', 'characters')).toEqual([
      expect.stringMatching(/^data\.rows "\*\.csv" is read by "csv", whose rows cannot be as "data\.rows" says/),
    ]);
    expect(await faults('a.txt', 'odd-pixels')).toEqual([
      expect.stringMatching(/^stages\.tokenize "text" reads text, and "odd-pixels" spells image/),
    ]);
  });

  test('settings from outside are blamed by name', async () => {
    const options = { set: { 'stages.sample': 'gredy' }, environment: { seed: -1, 'stages.sample': 'lost' }, data: ['none.txt'] };
    const faults = (await check(EXAMPLE, options)).map(({ place, message }) => `${where(place!)}: ${message}`);
    expect(faults).toEqual([
      expect.stringMatching(/^STAGEWRIGHT_SET seed: "seed" must be from 0 to/),
      expect.stringMatching(/^--set stages\.sample: "gredy" cannot sample; did you mean "greedy"/),
      expect.stringMatching(/^--data: No file fits/),
    ]);
  });

  test('plugins that may not run, or are none, are faults at their place, and the rest is looked at', async () => {
    const folder = await workplace({
      'p.json': { name: 'x', plugins: ['./own.mjs', './not.mjs', './lost'], stages: { ...stages, sample: 'mine', tokenize: 'charcters' } },
      'package.json': { stagewright: { plugins: ['./not.mjs', './lost'] } },
      'own.mjs': 'throw new Error("it ran")',
      'not.mjs': 'export default 7',
    });
    const faults = (await check(join(folder, 'p.json'))).map(({ path, message }) => `${path.join('.')} ${message}`);
    expect(faults).toEqual([
      expect.stringMatching(/^plugins\.0 .*may not run yet/),
      expect.stringMatching(/^plugins\.1 .*is no plugin/),
      expect.stringMatching(/^plugins\.2 .*could not be loaded/),
      expect.stringMatching(/^stages\.tokenize\.use .*did you mean "characters"/),
    ]);
  });

  test('settings that reach into objects, and numbers that are none', async () => {
    await expect(check(EXAMPLE, { set: { 'a.__proto__.b': 1 } })).rejects.toMatchObject({ code: 'SETTING_NOT_ALLOWED' });
    await expect(check(EXAMPLE, { set: { 'a..b': 1 } })).rejects.toMatchObject({ code: 'SETTING_NOT_ALLOWED' });
    expect(await faultsOf({ seed: Number.NaN })).toEqual(['seed "seed" must be a whole number, not NaN.']);
  });
});

describe('models', () => {
  const trained = async () => {
    const folder = await workplace({ 'p.json': countingPipeline({}, { steps: 2 }), 'rows.txt': DIGIT_ROWS });
    const options = { plugins: [COUNTING], models: join(folder, 'models') };
    await using pipeline = await open(join(folder, 'p.json'), options);
    await pipeline.ready();
    return { folder, options };
  };

  test('one that is opened with another tokenizer or other settings than it was trained with', async () => {
    const { folder, options } = await trained();
    const model = join(folder, 'models/counting');
    expect(await check(model, options)).toEqual([]);
    const set = { 'stages.tokenize': 'bytes' };
    expect((await check(model, { ...options, set }))[0]!.message).toMatch(/was trained otherwise \(tokenize\.use: "digits" → "bytes"\)/);
    await using pipeline = await open(model, { ...options, set });
    await expect(pipeline.ready()).rejects.toMatchObject({ code: 'MODEL_MISFIT' });
    expect((await explain(model, options)).settings.find(({ path }) => path === 'generate.count')!.from).toBe('model folder');
  });

  test('one that settings refer to is missing, or reads other tokens', async () => {
    const { folder, options } = await trained();
    const drafting = `export default { name: 'drafting', contract: 2, about: '', stages: [{ kind: 'sampler', name: 'drafting',
      options: { type: 'object', properties: { draft: {} }, additionalProperties: false }, makes: { sample() {} } }] }`;
    await mkdir(join(folder, 'own'));
    await writeFile(join(folder, 'own/index.mjs'), drafting);
    const faults = async (model: string, tokenize: string) =>
      check(
        { name: 'x', stages: { tokenize, backend: 'ngram', sample: { use: 'drafting', with: { draft: { model } } } } },
        { ...options, plugins: [COUNTING, join(folder, 'own')] },
      );
    const model = join(folder, 'models/counting');
    expect(await faults(model, 'digits')).toEqual([]);
    const [other] = await faults(model, 'characters');
    expect(other).toMatchObject({
      path: ['stages', 'sample', 'with', 'draft', 'model'],
      message: expect.stringMatching(/reads other tokens/),
    });
    expect((await faults('models/none', 'digits'))[0]!.message).toMatch(/"models\/none" is no model/);
  });
});
