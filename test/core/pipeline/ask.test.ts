import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { InvalidGenerateOptions, open, type Pipeline } from '../../../core/index.ts';
import { askCase } from './ask-cases.ts';
import { workplace } from './workplace.ts';

const MIRROR = new URL('fixtures/mirror.ts', import.meta.url).pathname;

/** A pipeline of text, trained. */
const opened = async (generate: object = { count: 2 }): Promise<Pipeline> => {
  const folder = await workplace({ 'rows.txt': 'row a\nrow b\nrow c\n' });
  const stages = { tokenize: 'characters', backend: 'ngram', sample: 'sampling' };
  const data = { train: `${folder}/rows.txt`, rows: 'lines' };
  return open({ name: 'p', data, stages, generate: { max_new_tokens: 9, ...generate }, seed: 5 }, { models: `${folder}/models` });
};

const said = async (pipeline: Pipeline, ask: unknown): Promise<string[]> => {
  try {
    return (await lastValueFrom(pipeline.samples(ask as never).pipe(toArray()))).map(({ raw }) => String(raw));
  } catch (error) {
    return error instanceof InvalidGenerateOptions ? error.message.split('\n') : [`${(error as { code?: string }).code}`];
  }
};

describe('an ask is checked', () => {
  test.each<[unknown, string[]]>([
    [{ promt: 'row' }, ['promt unknown key "promt"; did you mean "prompt"?']],
    [{ max_new_tokens: 2.5 }, ['max_new_tokens "max_new_tokens" must be a whole number, not 2.5.']],
    [{ max_new_tokens: '5' }, ['max_new_tokens "max_new_tokens" must be a whole number, not "5".']],
    [{ max_new_tokens: 0 }, [`max_new_tokens "max_new_tokens" must be from 1 to ${Number.MAX_SAFE_INTEGER}, not 0.`]],
    [{ count: 1.5 }, ['count "count" must be a whole number, not 1.5.']],
    [{ count: -1 }, [`count "count" must be from 0 to ${Number.MAX_SAFE_INTEGER}, not -1.`]],
    [{ count: Number.NaN }, ['count "count" must be a whole number, not NaN.']],
    [{ count: Number.POSITIVE_INFINITY }, [`count "count" must be from 0 to ${Number.MAX_SAFE_INTEGER}, not Infinity.`]],
    [{ count: 2n }, ['count "count" must be a whole number, not 2.']],
    [{ count: null }, ['count "count" must be a whole number, not null.']],
    [{ seed: 'a' }, ['seed "seed" must be a whole number, not "a".']],
    [{ seed: 2 ** 53 }, [`seed "seed" must be from 0 to ${Number.MAX_SAFE_INTEGER}, not 9007199254740992.`]],
    [{ prompts: 'abc' }, ['prompts "prompts" must be a list, not "abc".']],
    [{ prompt: 7 }, ['prompt a prompt must be a text, which "characters" spells, not 7.']],
    [{ prompts: ['a', null] }, ['prompts.1 a prompt must be a text, which "characters" spells, not null.']],
    [{ prompts: Object.assign(['a', 'b', 'c'], { length: 4 }) }, [expect.stringMatching(/^prompts\.3 a prompt must be a text/)]],
    [{ prompt: 'a', prompts: ['b'] }, ['prompts "prompts" cannot stand beside "prompt": a sample begins with one of them; leave one out.']],
    [{ messages: [{ role: 'user' }] }, ['messages.0 the key "content" is missing.']],
    [{ given: 'b' }, ['given "given" has no effect: "ngram" is not conditioned on anything; leave it out.']],
    [{ signal: true }, ['signal "signal" must be an AbortSignal, not true.']],
    [{ task: 'walk' }, ['task "task" must be an object, not "walk".']],
    [
      { task: { name: 'walk', wth: 1 } },
      ['task.wth unknown key "wth"; did you mean "with"?', 'task.name "ngram" has no task "walk"; it only samples.'],
    ],
    [
      { count: 'x', seed: -1, promt: 1 },
      [
        'promt unknown key "promt"; did you mean "prompt"?',
        'count "count" must be a whole number, not "x".',
        `seed "seed" must be from 0 to ${Number.MAX_SAFE_INTEGER}, not -1.`,
      ],
    ],
    [[], ['what is asked must be an object, not [].']],
    [null, ['what is asked must be an object, not null.']],
    ['row', ['what is asked must be an object, not "row".']],
    [{ task: { name: 'walk' } }, ['NO_TASK']],
    [{ special_tokens: true, prompt: 'row' }, ['NO_SPECIAL_TOKENS']],
    [{ messages: [{ role: 'user', content: 'row' }] }, ['NO_CHAT']],
  ])('%#: %s', async (ask, faults) => {
    await using pipeline = await opened();
    expect(await said(pipeline, ask)).toEqual(faults);
  });

  test('undefined is as the pipeline says', async () => {
    await using pipeline = await opened({ count: 2, prompt: 'row' });
    const plain = await said(pipeline, {});
    expect(plain).toHaveLength(2);
    for (const key of [
      'count',
      'seed',
      'max_new_tokens',
      'prompt',
      'prompts',
      'messages',
      'special_tokens',
      'given',
      'task',
      'signal',
      'stop',
      'stop_token_ids',
      'min_new_tokens',
      'logprobs',
    ])
      expect(await said(pipeline, { [key]: undefined })).toEqual(plain);
    expect(await said(pipeline, { prompts: ['a', 'b'] })).toEqual([expect.stringMatching(/^a/), expect.stringMatching(/^b/)]);
  });

  test('by every way to ask', async () => {
    await using pipeline = await opened();
    const wrong = { count: 1.5 } as never;
    const invalid = expect.objectContaining({ code: 'ASK_INVALID', faults: [expect.objectContaining({ path: ['count'] })] });
    expect(() => pipeline.generate(wrong)).toThrow(invalid);
    expect(() => pipeline.generate(null as never)).toThrow(InvalidGenerateOptions);
    expect(() => pipeline.samples(wrong)).toThrow(invalid);
    expect(() => pipeline.stream(wrong)).toThrow(invalid);
    expect(() => pipeline.tools.inspect('orders', wrong)).toThrow(invalid);
    expect(() => pipeline.tools.checkAsk(wrong)).toThrow(invalid);
    expect(() => pipeline.chat([], {})).toThrow(InvalidGenerateOptions);
    expect(() => pipeline.evaluate({ seed: 'a' } as never)).toThrow(InvalidGenerateOptions);
    await expect(pipeline.write(wrong, 'x.txt')).rejects.toEqual(invalid);
    await expect(pipeline.tools.heldOut(1.5)).rejects.toEqual(invalid);
    await expect(lastValueFrom(from([wrong]).pipe(pipeline.operators.generate()))).rejects.toEqual(invalid);
  });

  test('held-out rows bring no condition to a backend that takes none', async () => {
    const folder = await workplace({ 'rows.csv': 'text,label\nab,x\nba,y\nabba,x\n' });
    const data = { train: `${folder}/rows.csv`, valid: 2, rows: { tokens: 'text' } };
    const stages = { tokenize: 'characters', backend: 'ngram', sample: 'greedy' };
    await using pipeline = await open({ name: 'p', data, stages }, { models: `${folder}/models` });
    const held = await pipeline.tools.heldOut(2);
    expect(held).toEqual({ prompts: ['ba', 'abba'] });
    expect(await said(pipeline, { ...held, count: 2 })).toHaveLength(2);
  });

  test('text is asked for where text is spelled alone', async () => {
    const stages = { tokenize: 'mirrored', backend: 'mirror', sample: 'greedy' };
    await using pipeline = await open({ name: 'p', stages, generate: { count: 1 } }, { plugins: [MIRROR] });
    expect(await said(pipeline, { prompt: 34 })).toEqual(['34']);
  });

  test('a thousand asks, and none misjudged', async () => {
    await using pipeline = await opened();
    const judged = (ask: object): string[] => {
      try {
        pipeline.tools.checkAsk(ask);
        return [];
      } catch (error) {
        if (!(error instanceof InvalidGenerateOptions)) throw error;
        return [...new Set(error.faults.map(({ path }) => String(path[0])))];
      }
    };
    fc.assert(
      fc.property(askCase(), ({ ask, fault }) => {
        expect(judged(ask)).toEqual(fault === undefined ? [] : [fault]);
      }),
      { numRuns: 1000 },
    );
  });
});
