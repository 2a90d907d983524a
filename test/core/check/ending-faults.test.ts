import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { check, explain, open, StagewrightError } from '../../../core/index.ts';

const whole = { use: 'vae', text: 'vae-text', image: 'vae-image' } as const;

/** What a pipeline that we bring finds wrong with an ask, and with the same in its file. */
const faultsOf = async (name: string, ask: object) => {
  const path = `pipelines/${name}.json`;
  const { generate, data: _, ...rest } = JSON.parse(await readFile(path, 'utf8')) as { generate: object; data: object };
  await using pipeline = await open(path);
  const asked = (() => {
    try {
      pipeline.tools.checkAsk(ask);
      return [];
    } catch (error) {
      if (!(error instanceof StagewrightError)) throw error;
      return error.message.split('\n');
    }
  })();
  const written = await check({ ...rest, generate: { ...generate, ...ask } });
  return { asked, written: written.map(({ path, message }) => `${path.slice(1).join('.')} ${message}`) };
};

describe('of a sample’s end and of what is told about it is refused, in an ask and in a file alike', () => {
  test.each<[string, object, string[]]>([
    ['ngram-text', { stop: '\n', stop_token_ids: [3], min_new_tokens: 2, logprobs: 20 }, []],
    ['ngram-text', { stop: [], stop_token_ids: [], min_new_tokens: 0, logprobs: 0 }, []],
    [whole.text, { stop: ['a', 'b'], stop_token_ids: [3], logprobs: 2 }, []],
    [whole.text, { min_new_tokens: 2 }, ['min_new_tokens "min_new_tokens" has no effect: "vae" predicts whole rows; leave it out.']],
    [whole.image, { stop: 'a' }, ['stop "stop" is of text, and "pixels" spells image; leave it out.']],
    ['ngram-image', { stop_token_ids: [1], logprobs: 2 }, []],
    [
      'ngram-image',
      { min_new_tokens: 2 },
      ['min_new_tokens "min_new_tokens" has no effect: all rows of "pixels" are of one length; leave it out.'],
    ],
    ['gan-image', { logprobs: 2 }, ['logprobs "logprobs" cannot be told of "gan", which predicts point whole; leave it out.']],
    [
      'ngram-text',
      { min_new_tokens: 9, max_new_tokens: 8 },
      ['min_new_tokens "min_new_tokens" must not be above "max_new_tokens", which is 8, and is 9.'],
    ],
    [
      'ngram-text',
      { stop: ['a', '\udc00b'] },
      ['stop.1 a stop string must be of whole characters, and "\\udc00b" holds half of one; give all of it, or leave it out.'],
    ],
  ])('%s %o', async (name, ask, expected) => {
    const { asked, written } = await faultsOf(name, ask);
    expect(asked).toEqual(expected);
    expect(written).toEqual(expected);
  });
});

const definition = (generate: object) => ({
  name: 'p',
  data: { train: 'pipelines/data/minerals.txt' },
  stages: { tokenize: 'characters', backend: 'ngram', sample: 'sampling' },
  generate,
});

test('an ask that is shorter than the pipeline’s minimum is told so, whichever length it names', async () => {
  await using pipeline = await open(definition({ min_new_tokens: 9, max_new_tokens: 20 }));
  const check = (ask: object) => () => pipeline.tools.checkAsk(ask);
  expect(check({ max_new_tokens: 8 })).toThrow('max_new_tokens "max_new_tokens" must not be below "min_new_tokens", which is 9, and is 8.');
  expect(check({ max_length: 8 })).toThrow('max_length "max_length" must not be below "min_new_tokens", which is 9, and is 8.');
  expect(check({ min_new_tokens: 21 })).toThrow('"min_new_tokens" must not be above "max_new_tokens", which is 20, and is 21.');
  expect(check({ max_new_tokens: 8, min_new_tokens: 8 })).not.toThrow();
  await using plain = await open(definition({}));
  expect(() => plain.tools.checkAsk({ min_new_tokens: 201 })).toThrow('which is 200, and is 201.');
});

test('what a backend that is swapped in cannot use is set aside', async () => {
  const set = { 'generate.min_new_tokens': 2, 'stages.backend': 'vae' };
  const { aside, settings } = await explain('pipelines/ngram-text.json', { set });
  expect(aside.map(({ path }) => path.join('.'))).toContain('generate.min_new_tokens');
  expect(settings.map(({ path }) => path)).not.toContain('generate.min_new_tokens');
});
