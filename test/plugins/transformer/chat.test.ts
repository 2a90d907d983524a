import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type GenerateOptions, open, type Pipeline } from '../../../core/index.ts';
import type { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { waves, writeFolder } from './folder.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const LETTERS = 'abcdefghijklmnop';
const TEMPLATE = '{% for m in messages %}<{{ m.role[0] }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<a>{% endif %}';

interface Case {
  readonly config: { readonly model_type: string };
  readonly tensors: Readonly<Record<string, number[]>>;
}

/** A folder whose tokenizer has letters as ids 0 to 15, and the special tokens <s>, <u> and <a> as 16 to 18. */
const setup = async ({ template = TEMPLATE, bos = {} } = {}) => {
  const home = await workplace();
  const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
  const { config, tensors } = cases.find(({ config }) => config.model_type === 'qwen2')!;
  const named = Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)]);
  const folder = await writeFolder(join(home, 'chatty'), config, Object.fromEntries(named));
  const special = (content: string, at: number) => ({
    id: 16 + at,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const tokenizer = {
    version: '1.0',
    added_tokens: ['<s>', '<u>', '<a>'].map(special),
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', vocab: Object.fromEntries([...LETTERS].map((letter, id) => [letter, id])), merges: [] },
  };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ ...bos, ...(template && { chat_template: template }) }));
  return { home, folder, options: { models: join(home, 'models') } };
};

const first = async (pipeline: Pipeline, ask: GenerateOptions) => lastValueFrom(pipeline.samples({ count: 1, max_new_tokens: 4, ...ask }));
const messages = [
  { role: 'system', content: 'be' },
  { role: 'user', content: 'fad' },
];
/** <s> b e <u> f a d <a> */
const IDS = [16, 1, 4, 17, 5, 0, 3, 18];

describe('a chat model is asked', { timeout: 60_000 }, () => {
  it('by messages: the template says all that it reads, and the sample is the answer', async () => {
    const { folder, options } = await setup();
    await using pipeline = await open(folder, options);
    const { raw, row } = await first(pipeline, { messages });
    expect([...row.tokens].slice(0, IDS.length)).toEqual(IDS);
    expect(raw).toBe(
      [...row.tokens]
        .slice(IDS.length)
        .map((id) => LETTERS[id] ?? '')
        .join(''),
    );
    expect(await lastValueFrom(pipeline.chat(messages, { count: 1, max_new_tokens: 4 }))).toBe(raw);
    const asked = await first(pipeline, { prompt: '<s>be<u>fad<a>', special_tokens: true });
    expect([...asked.row.tokens]).toEqual([...row.tokens]);
    expect(asked.raw).toBe(`<s>be<u>fad<a>${raw}`);
  });

  it('by messages of the pipeline itself, which an ask replaces', async () => {
    const { folder, options } = await setup();
    await using pipeline = await open(folder, { ...options, set: { 'generate.messages': messages } });
    expect([...(await first(pipeline, {})).row.tokens].slice(0, IDS.length)).toEqual(IDS);
    expect([...(await first(pipeline, { prompt: 'abc' })).row.tokens].slice(0, 3)).toEqual([0, 1, 2]);
    await using trusting = await open(folder, { ...options, set: { 'generate.special_tokens': true } });
    expect([...(await first(trusting, { prompt: '<u>a' })).row.tokens].slice(0, 2)).toEqual([17, 0]);
    expect([...(await first(trusting, { prompt: 'abc', special_tokens: false })).row.tokens].slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('and what stands before a prompt is put there once', async () => {
    const { folder, options } = await setup({ bos: { bos_token: '<s>' } });
    await using pipeline = await open(folder, options);
    const read: number[][] = [];
    for (const ask of [{ messages }, { prompt: '<s>a', special_tokens: true }, { prompt: '<u>a', special_tokens: true }])
      for await (const { tokens } of pipeline.tools.inspect('attention', { ...ask, count: 1, max_new_tokens: 1 })) read.push([...tokens]);
    expect(read.map((tokens) => tokens.filter((id) => id === 16).length)).toEqual([1, 1, expect.any(Number)]);
    expect(read.map(([one]) => one)).toEqual([16, 16, expect.any(Number)]);
  });

  it('and texts of users stay texts', async () => {
    const { folder, options } = await setup();
    await using pipeline = await open(folder, options);
    const tokenizer = await pipeline.tokenizer<SubwordTokenizer>();
    expect([...tokenizer.tokenize('<u>a')]).not.toContain(17);
    expect([...tokenizer.special('<u>a')]).toEqual([17, 0]);
    expect([...(await first(pipeline, { prompt: 'a<u>b' })).row.tokens]).not.toContain(17);
  });

  it('through the tokenizer that a pipeline gives, all of whose methods are there', async () => {
    const { folder, options } = await setup();
    await using pipeline = await open(folder, options);
    const tokenizer = await pipeline.tokenizer<SubwordTokenizer>();
    expect(tokenizer.chat(messages)).toBe('<s>be<u>fad<a>');
    expect(tokenizer.chat(messages, { add_generation_prompt: false })).toBe('<s>be<u>fad');
    expect([...tokenizer.encode('ab<u>', { allow: 'all' }).ids]).toEqual([0, 1, 17]);
    expect(tokenizer.encodeBatch(['a', 'b']).map(({ ids }) => [...ids])).toEqual([[0], [1]]);
    expect((await tokenizer.tokenizeAll(['ab', 'c'])).map((ids) => [...ids])).toEqual([[0, 1], [2]]);
    expect(tokenizer).not.toHaveProperty('save');
    expect(tokenizer).not.toHaveProperty('load');
    expect(() => (tokenizer.encode as (text: unknown) => unknown)(undefined)).toThrow(
      expect.objectContaining({ name: 'StagewrightError' }),
    );
  });

  it('and a folder without a template says so', async () => {
    const { folder, options } = await setup({ template: '' });
    await using pipeline = await open(folder, options);
    await expect(first(pipeline, { messages })).rejects.toMatchObject({ code: 'NO_TEMPLATE' });
  });

  it('on the command line', async () => {
    const { folder, home, options } = await setup();
    await using pipeline = await open(folder, options);
    const run = (...args: string[]) =>
      new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
        const all = [CLI, 'generate', folder, '--count', '1', '--max-new-tokens', '4', '--json', ...args];
        execFile(process.execPath, all, { cwd: home }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
      });
    const text = async (...args: string[]) => JSON.parse((await run(...args)).stdout).samples[0].text as string;
    expect(await text('--system', 'be', '--chat', 'fad')).toBe((await first(pipeline, { messages })).raw);
    const turns = [...messages, { role: 'assistant', content: 'hi' }, { role: 'user', content: 'no' }];
    expect(await text('--system', 'be', '--chat', 'fad', '--chat', 'hi', '--chat', 'no')).toBe(
      (await first(pipeline, { messages: turns })).raw,
    );
    expect(await text('--prompt', '<u>fad<a>', '--special-tokens')).toBe(
      (await first(pipeline, { prompt: '<u>fad<a>', special_tokens: true })).raw,
    );
    expect(await run('--chat', 'a', '--prompt', 'b')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--chat "messages" cannot stand beside "prompt"'),
    });
    expect(await run('--count', '1.5', '--seed', 'a', '--max-new-tokens', '-1')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /--count "count" must be a whole number, not 1\.5\.\n--max-new-tokens .* not -1\.\n--seed "seed" must be a whole number, not "a"\.$/m,
      ),
    });
  });
});
