import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { check, diagram, explain, open } from '../../../core/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { waves, writeFolder } from './folder.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const LETTERS = 'abcdefghijklmnopqrs';

interface Case {
  readonly config: { readonly model_type: string };
  readonly tensors: Readonly<Record<string, number[]>>;
}

/** A folder of somebody's, and a pipeline beside it whose backend is that folder. */
const setup = async () => {
  const home = await workplace({ 'rows.txt': Array.from({ length: 30 }, (_, i) => 'abcabcabc'.slice(i % 3)).join('\n') });
  const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
  const { config, tensors } = cases.find(({ config }) => config.model_type === 'qwen2')!;
  const named = Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)]);
  const folder = await writeFolder(join(home, 'theirs'), config, Object.fromEntries(named));
  const vocab = Object.fromEntries([...LETTERS].map((letter, id) => [letter, id]));
  const tokenizer = { version: '1.0', added_tokens: [], decoder: { type: 'Fuse' }, model: { type: 'BPE', vocab, merges: [] } };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  const pipeline = {
    name: 'p',
    stages: { tokenize: { use: 'tokenizer', with: { from: 'theirs' } }, backend: 'transformer', sample: 'greedy', evaluate: 'auto' },
    backends: { transformer: { with: { model: folder }, train: { steps: 2 } } },
    generate: { count: 1, prompt: 'abc', max_new_tokens: 3 },
    evaluate: { samples: 2 },
    tests: { examples: [{ prompt: 'abc', matches: '^abc', max_new_tokens: 2 }] },
  };
  const file = join(home, 'p.json');
  await writeFile(file, JSON.stringify(pipeline));
  return { home, folder, file, pipeline, options: { models: join(home, 'models') } };
};

const stagewright = (cwd: string, ...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

describe('a folder is a model', { timeout: 120_000 }, () => {
  it('to everything that takes a pipeline', async () => {
    const { folder, home, options } = await setup();
    expect(await check(folder)).toEqual([]);
    expect((await explain(folder)).settings.find(({ path }) => path === 'backends.transformer.with.model')?.value).toBe(folder);
    expect((await diagram(folder)).name).toBe('theirs');
    await using pipeline = await open(folder, {
      ...options,
      data: [join(home, 'rows.txt')],
      set: { 'evaluate.samples': 2, 'generate.prompt': 'a' },
    });
    expect(await pipeline.ready()).toEqual({ folder, trained: false, why: [] });
    expect((await pipeline.evaluate({})).likelihood!.perplexity).toBeGreaterThan(1);
  });

  it('to the command line', async () => {
    const { folder, home } = await setup();
    const prompt = ['--prompt', 'abc', '--count', '1', '--max-new-tokens', '2'];
    for (const args of [
      ['check', folder],
      ['explain', folder],
      ['draw', folder, '--as', 'dot'],
      ['inspect', 'tokens', folder, '--text', 'abc'],
      ['inspect', 'attention', folder, ...prompt],
      ['generate', folder, ...prompt],
      ['evaluate', folder, '--data', 'rows.txt', '--set', 'generate.prompt="a"', '--set', 'evaluate.samples=2'],
      ['generate', folder, '--count', '0'],
    ])
      expect(await stagewright(home, ...args)).toMatchObject({ code: 0, stderr: '' });
    const scored = await stagewright(home, 'evaluate', folder, '--data', 'rows.txt', '--json');
    expect(scored).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning Without samples there is no diversity: [^\n]*--set generate\.prompt=[^\n]*\n$/),
    });
    expect(Object.keys(JSON.parse(scored.stdout).evaluation)).toEqual(['likelihood']);
    const none = await stagewright(home, 'evaluate', folder, '--data', 'rows.txt', '--set', 'stages.evaluate=["diversity"]');
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^error Without samples there is no diversity/) });
    const tuned = await stagewright(home, 'train', folder, '--data', 'rows.txt', '--set', 'backends.transformer.train={"steps":2}');
    expect(tuned).toMatchObject({ code: 0, stdout: expect.stringMatching(/models\/theirs\/[0-9a-f]{16}\n$/) });
  });
});

describe('a pipeline whose backend is a folder', { timeout: 120_000 }, () => {
  it('generates without data, and says that nothing was trained', async () => {
    const { file, folder, options, home } = await setup();
    expect(await check(file)).toEqual([]);
    await using pipeline = await open(file, { ...options, train: false });
    await using theirs = await open(folder, options);
    const ask = { prompt: 'abc', count: 1, max_new_tokens: 4 };
    expect(await lastValueFrom(pipeline.generate(ask))).toBe(await lastValueFrom(theirs.generate(ask)));
    expect(await pipeline.ready()).toEqual({ trained: false, why: [], lent: true });
    const run = await stagewright(home, 'run', file);
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was trained') });
    for (const args of [['generate'], ['evaluate'], ['test'], ['explain'], ['draw']])
      expect(await stagewright(home, args[0]!, file)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is not trained without data, which is said with the mend', async () => {
    const { file, options, home } = await setup();
    await using pipeline = await open(file, options);
    await expect(lastValueFrom(pipeline.train())).rejects.toMatchObject({ code: 'NO_DATA', message: expect.stringContaining('--data') });
    for (const more of [[], ['--again']]) {
      const train = await stagewright(home, 'train', file, ...more);
      expect(train).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('names no data') });
    }
  });

  it('is measured on data as it stands, and trained further with it', async () => {
    const { file, folder, options, home } = await setup();
    const data = [join(home, 'rows.txt')];
    await using measured = await open(file, { ...options, data, train: false });
    await using theirs = await open(folder, { ...options, data, set: { 'generate.prompt': 'abc', 'evaluate.samples': 2 } });
    expect((await measured.evaluate({})).likelihood).toEqual((await theirs.evaluate({})).likelihood);
    await using tuned = await open(file, { ...options, data });
    expect(await tuned.ready()).toMatchObject({ trained: true, folder: expect.any(String) });
    await using again = await open(file, { ...options, train: false });
    expect(await again.ready()).toMatchObject({ trained: false, folder: (await tuned.ready()).folder });
    await using own = await open(
      {
        ...(JSON.parse(await readFile(file, 'utf8')) as object),
        name: 'own',
        data: { train: data },
        stages: { tokenize: { use: 'tokenizer', with: { from: folder } }, backend: 'transformer', sample: 'greedy' },
      },
      { ...options, train: false },
    );
    await expect(own.ready()).rejects.toMatchObject({ code: 'NOT_TRAINED' });
  });

  it('must learn its tokenizer where that learns', async () => {
    const { pipeline, options } = await setup();
    const stages = { ...pipeline.stages, tokenize: 'characters' };
    await using learning = await open({ ...pipeline, stages }, { ...options, train: false });
    await expect(learning.ready()).rejects.toMatchObject({ code: 'NO_DATA' });
  });

  it('names its folder from the current one, and its tokenizer from its own file', async () => {
    const { file, pipeline, home } = await setup();
    await writeFile(file, JSON.stringify({ ...pipeline, backends: { transformer: { with: { model: './theirs' } } } }));
    const generate = (cwd: string) => stagewright(cwd, 'generate', file, '--models', join(home, 'models'));
    expect(await generate(home)).toMatchObject({ code: 0 });
    expect(await generate(dirname(home))).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be opened') });
  });
});
