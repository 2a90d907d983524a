import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { generate } from '../../../core/host/cli/generate.ts';
import { check, InvalidGenerateOptions, open, type Pipeline } from '../../../core/index.ts';
import { workplace } from './workplace.ts';

const definition = (folder: string) => ({
  name: 'p',
  data: { train: `${folder}/rows.txt`, rows: 'lines' },
  stages: { tokenize: 'characters', backend: 'ngram', sample: 'sampling' },
  seed: 5,
});
const LENGTHS = { count: 3, max_new_tokens: 9 };

let folder: string;
beforeAll(async () => {
  folder = join(process.env.TMPDIR ?? '/tmp', `ways-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/rows.txt`, 'a red row\na blue row\nrows of rows\nblue rows are read\n');
});

const saidOrFaults = async (pipeline: Pipeline, ask: object): Promise<unknown> => {
  try {
    const all = await lastValueFrom(pipeline.samples(ask).pipe(toArray()));
    return all.map(({ raw, row, ended, stop, usage, logprobs }) => ({
      text: raw,
      tokens: row.tokens.length,
      ended,
      ...(stop !== undefined && { stop }),
      usage,
      ...(logprobs && { logprobs }),
    }));
  } catch (error) {
    if (!(error instanceof InvalidGenerateOptions)) throw error;
    return error.faults.map(({ message }) => message);
  }
};

/** What is said, or what is at fault, by each way to ask. */
const ways = {
  TypeScript: async (ask: object): Promise<unknown> => {
    await using pipeline = await open({ ...definition(folder), generate: LENGTHS }, { models: `${folder}/models` });
    return await saidOrFaults(pipeline, ask);
  },
  pipeline: async (ask: object): Promise<unknown> => {
    const source = { ...definition(folder), generate: { ...LENGTHS, ...ask } };
    const faults = await check(source);
    if (faults.length > 0) return faults.map(({ message }) => message);
    await using pipeline = await open(source, { models: `${folder}/models` });
    return await saidOrFaults(pipeline, {});
  },
  'command line': async (_: object, flags: readonly string[]): Promise<unknown> => {
    const place = await workplace({ 'p.json': { ...definition(folder), generate: LENGTHS } });
    const stdout = vi.spyOn(process.stdout, 'write');
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    onTestFinished(() => {
      for (const one of [stdout, stderr]) one.mockRestore();
    });
    let text = '';
    stdout.mockImplementation((piece) => {
      text += piece;
      return true;
    });
    try {
      await generate().parseAsync([`${place}/p.json`, '--models', `${folder}/models`, '--json', ...flags], { from: 'user' });
    } catch (error) {
      if (!(error instanceof InvalidGenerateOptions)) throw error;
      return error.faults.map(({ message }) => message);
    }
    return (JSON.parse(text) as { samples: unknown }).samples;
  },
};

/** An ask, its flags, and what comes of it where that is not samples. */
const CASES: readonly (readonly [ask: object, flags: string, faults?: readonly string[]])[] = [
  [{ temperature: 0.05 }, '--option temperature=0.05'],
  [
    { temperature: 0.3, top_k: 2, top_p: 0.9, min_p: 0.1 },
    '--option temperature=0.3 --option top_k=2 --option top_p=0.9 --option min_p=0.1',
  ],
  [{ repetition_penalty: 1.5, max_new_tokens: 4 }, '--option repetition_penalty=1.5 --option max_new_tokens=4'],
  [{ temperature: '0.5' }, '--option temperature="0.5"', ['"temperature" must be a number, not "0.5".']],
  [
    { temperature: 0, top_p: 2 },
    '--option temperature=0 --option top_p=2',
    ['"temperature" must be above 0, not 0.', '"top_p" must be above 0 and at most 1, not 2.'],
  ],
  [{ stop: 'ow' }, '--stop ow'],
  [{ stop: ['ue', 'r'] }, '--stop ue --stop r'],
  [{ stop: 'bl', min_new_tokens: 3 }, '--stop bl --option min_new_tokens=3'],
  [{ stop: '' }, '--option stop=""', ['"stop" must be a text that is not empty, not "".']],
  [{ stop: ['a', ''] }, '--option stop=["a",""]', ['an entry of "stop" must be a text that is not empty, not "".']],
  [{ stop: 7 }, '--option stop=7', ['"stop" must be a text or a list, not 7.']],
  [
    { stop: 'a\ud83d' },
    '--option stop="a\\ud83d"',
    ['a stop string must be of whole characters, and "a\\ud83d" holds half of one; give all of it, or leave it out.'],
  ],
  [{ logprobs: 0 }, '--option logprobs=0'],
  [{ logprobs: 3, temperature: 0.5, stop: 'r' }, '--option logprobs=3 --option temperature=0.5 --stop r'],
  [{ logprobs: 21 }, '--option logprobs=21', ['"logprobs" must be from 0 to 20, not 21.']],
  [{ logprobs: true }, '--option logprobs=true', ['"logprobs" must be a whole number, not true.']],
  [{ stop_token_ids: [4, 6] }, '--option stop_token_ids=[4,6]'],
  [{ stop_token_ids: [99] }, '--option stop_token_ids=[99]', [`the id 99 is none of the tokenizer's, which has 15; name ids below that.`]],
  [{ stop_token_ids: 4 }, '--option stop_token_ids=4', ['"stop_token_ids" must be a list, not 4.']],
  [{ stop_token_ids: [1.5] }, '--option stop_token_ids=[1.5]', ['an entry of "stop_token_ids" must be a whole number, not 1.5.']],
  [{ min_new_tokens: 9 }, '--option min_new_tokens=9'],
  [{ min_new_tokens: 10 }, '--option min_new_tokens=10', ['"min_new_tokens" must not be above "max_new_tokens", which is 9, and is 10.']],
  [{ min_new_tokens: -1 }, '--option min_new_tokens=-1', [`"min_new_tokens" must be from 0 to ${Number.MAX_SAFE_INTEGER}, not -1.`]],
  [{ temprature: 0.5 }, '--option temprature=0.5', ['unknown key "temprature"; did you mean "temperature"?']],
];

describe('an ask is the same by every way', () => {
  test.each(CASES.map(([ask, flags, faults]) => ({ ask, flags, faults })))('$flags', async ({ ask, flags, faults }) => {
    const plain = await ways.TypeScript({});
    const told = await ways.TypeScript(ask);
    if (faults) expect(told).toEqual(faults);
    else expect(told).not.toEqual(plain);
    expect(await ways.pipeline(ask)).toEqual(told);
    expect(await ways['command line'](ask, flags.split(' '))).toEqual(told);
  });
});

test('faults on the command line name the flag, and what is said twice', async () => {
  const place = await workplace({ 'p.json': definition(folder) });
  const asked = (...flags: string[]) =>
    generate().parseAsync([`${place}/p.json`, '--models', `${folder}/models`, ...flags], { from: 'user' });
  await expect(asked('--option', 'temperature=x', '--count', '-1')).rejects.toThrow(
    /^--count .*\n--option temperature "temperature" must be a number, not "x"\.$/m,
  );
  await expect(asked('--option', 'count=1', '--count', '2')).rejects.toThrow('--count is said by --option count too; leave one out.');
});
