import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workplace } from '../pipeline/workplace.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;
const CLI = join(ROOT, 'dist/core/host/cli/main.js');

const stagewright = (
  cwd: string,
  args: readonly string[],
  environment: object = {},
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { cwd, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => resolve({ code: error ? ((error.code as unknown as number) ?? 1) : 0, stdout, stderr }),
    );
  });

/** A pipeline of digits that a greedy sampler goes on counting. */
const counting = (more: object = {}) => ({
  name: 'count',
  data: { train: 'rows.txt', valid: 0.1 },
  stages: { tokenize: 'characters', backend: 'ngram', sample: 'greedy' },
  backends: { ngram: { with: { order: 3 } } },
  ...more,
});
const ROWS = Array.from({ length: 60 }, () => '0123456789').join('\n');

describe('explain', () => {
  test('says where every setting came from', async () => {
    const folder = await workplace({ 'p.json': counting({ seed: 3 }), 'rows.txt': ROWS });
    const args = ['explain', 'p.json', '--set', 'backends.ngram.with.order=4', '--data', 'rows.txt', '--json'];
    const { stdout } = await stagewright(folder, args, {
      STAGEWRIGHT_SET: '{ "generate.count": 2, "seed": 9, "backends.ngram.with.order": 2 }',
    });
    const settings = Object.fromEntries(
      JSON.parse(stdout).settings.map(({ path, value, from }: { path: string; value: unknown; from: string }) => [path, [value, from]]),
    );
    expect(settings).toMatchObject({
      name: ['count', 'p.json:2:11'],
      'data.train': [[join(folder, 'rows.txt')], '--data'],
      'data.valid': [0.1, 'p.json:5:14'],
      'stages.tokenize.use': ['characters', 'p.json:8:17'],
      'stages.tokenize.with.min_count': [1, 'default'],
      'backends.ngram.with.order': [4, '--set'],
      'generate.count': [2, 'STAGEWRIGHT_SET'],
      seed: [9, 'STAGEWRIGHT_SET'],
      'auto.diversity.with.n': [4, 'default'],
    });
  });

  test('an environment that holds no settings is an error', async () => {
    const { code, stderr } = await stagewright(await workplace(), ['explain'], { STAGEWRIGHT_SET: 'seed=3' });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/STAGEWRIGHT_SET holds seed=3; it must be a JSON object/)]);
  });
});

describe('draw', () => {
  test('draws the quickstart as SVG, Mermaid and DOT, with the types on the arrows', async () => {
    const folder = await workplace();
    expect((await stagewright(folder, ['draw', '--out', 'p.svg'])).stdout).toBe('p.svg\n');
    const svg = readFileSync(join(folder, 'p.svg'), 'utf8');
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        'minerals',
        'characters',
        'sampling',
        'ids',
        'categorical next',
        'ids read next',
        'nats',
        'samples',
        'model',
        'rows',
      ]),
    );
    expect(svg.match(/marker-end/g)).toHaveLength(11);
    const mermaid = (await stagewright(folder, ['draw', '--as', 'mermaid'])).stdout;
    expect(mermaid).toContain('decode -->|"categorical next"| sample');
    const dot = (await stagewright(folder, ['draw', '--as', 'dot'])).stdout;
    expect(dot).toContain('decode -> sample [label="categorical next"];');
  });
});

describe('list', () => {
  test('shows a stage in full, and all as JSON', async () => {
    const folder = await workplace();
    const { stdout } = await stagewright(folder, ['list', 'words']);
    expect(stdout).toMatch(/min_count {2}whole number at least 1 \(default 1\)/);
    expect(stdout).toMatch(/raw: text/);
    const { stages } = JSON.parse((await stagewright(folder, ['list', '--json'])).stdout);
    expect(stages.find(({ name }: { name: string }) => name === 'ngram')).toMatchObject({
      verbs: ['encode', 'attend', 'decode', 'train', 'inspect'],
      capabilities: { hidden: 'ids' },
    });
    expect((await stagewright(folder, ['list', 'nothing'])).code).toBe(2);
  });
});

describe('inspect and test', () => {
  test('look into a model, and hold it to the tests of its pipeline', async () => {
    const tests = {
      examples: [
        { prompt: '0', expected: '0123456789' },
        { prompt: '7', matches: '^7 ?8' },
        { prompt: '5', expected: '54' },
        { seed: 3, max_new_tokens: 2, expected: '01' },
      ],
      measures: { 'likelihood.perplexity': { maximum: 2 }, 'diversity.unique_share': { minimum: 0.9 }, 'likelihood.joy': { minimum: 0 } },
      laws: [
        { law: 'tokenize/round-trip', runs: 20, seed: 3 },
        { law: 'sample/same-seed', runs: 10 },
        { law: 'evaluate/', runs: 3 },
        { law: 'sample/lucky' },
      ],
    };
    const folder = await workplace({
      'p.json': counting({ tests }),
      'q.json': { ...counting(), name: 'bytes', stages: { ...counting().stages, tokenize: 'bytes' } },
      'rows.txt': ROWS,
      'r.json': counting(),
    });
    const bad = await stagewright(folder, ['check', 'p.json', '--set', 'tests.measures.x={}']);
    expect(bad.stdout).toMatch(/^--set tests\.measures\.x .*must be an object with "minimum", "maximum" or both/);
    const { code, stdout } = await stagewright(folder, ['test', 'p.json', '--json']);
    expect(code).toBe(1);
    const { outcomes } = JSON.parse(stdout) as { outcomes: { kind: string; name: string; passed: boolean; found: string }[] };
    const failed = outcomes.filter(({ passed }) => !passed);
    expect(failed.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'example "5"',
      'measure diversity.unique_share',
      'measure likelihood.joy',
      'law sample/lucky',
    ]);
    expect(failed[0]!.found).toBe('says "56789"; expected is "54"');
    expect(failed[1]!.found).toMatch(/^0\.0\d+ is below 0\.9$/);
    expect(outcomes.find(({ name }) => name === 'tokenize/round-trip of characters')).toMatchObject({ passed: true, found: '20 runs' });
    expect((await stagewright(folder, ['test', 'r.json'])).stderr).toMatch(/has no tests; add "tests"/);

    const orders = JSON.parse(
      (await stagewright(folder, ['inspect', 'orders', 'p.json', '--prompt', '3', '--count', '1', '--json'])).stdout,
    );
    expect(orders.samples[0].pieces.join('')).toBe('⟨start⟩3456789⟨stop⟩');
    expect(orders.samples[0].marks.map((mark: { label: string } | null) => mark?.label ?? '-')).toEqual([
      '-',
      '-',
      '2',
      '3',
      '3',
      '3',
      '3',
      '3',
      '3',
    ]);
    expect(orders.shares).toEqual({ 'order 1': 0, 'order 2': 1 / 7, 'order 3': 6 / 7 });
    expect((await stagewright(folder, ['inspect', 'attention', 'p.json'])).stderr).toMatch(
      /"ngram" shows no "attention"; known are orders/,
    );
    expect((await stagewright(folder, ['inspect', 'orders', 'p.json', '--text', '3'])).code).toBe(2);
    expect((await stagewright(folder, ['inspect', 'orders', 'p.json', '--out', 'seen.svg'])).stderr).toMatch(
      /has words alone and nothing to draw/,
    );

    const { splits } = JSON.parse(
      (await stagewright(folder, ['inspect', 'tokens', 'p.json', '--beside', 'q.json', '--text', '12 é', '--json'])).stdout,
    );
    expect(splits).toMatchObject([
      { pipeline: 'count', tokens: 4, tokens_per_word: 2, bytes_per_token: 1.25, unknown: 2 },
      { pipeline: 'bytes', tokens: 5, tokens_per_word: 2.5, bytes_per_token: 1, pieces: ['1', '2', ' ', '', 'é'] },
    ]);
    const { stdout: coloured } = await stagewright(folder, ['inspect', 'tokens', 'q.json', '--text', 'ab'], {
      FORCE_COLOR: '1',
      NO_COLOR: '',
    });
    expect(coloured).toContain('\u001b[46m\u001b[30ma\u001b[39m\u001b[49m\u001b[43m\u001b[30mb');
  });
});

describe('new', () => {
  test('a plugin outside of this repository passes its laws, and a pipeline with it passes check and runs', async () => {
    const folder = await workplace({ 'package.json': { name: 'theirs', type: 'module' } });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/stagewright'));
    expect((await stagewright(folder, ['new', 'plugin', 'tail-free'])).stdout).toContain('npx tsx --test tail-free/laws.test.ts');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).stagewright).toEqual({ plugins: ['./tail-free'] });
    expect(readdirSync(join(folder, 'tail-free')).sort()).toEqual(['README.md', 'index.ts', 'laws.test.ts', 'options.ts', 'sampler.ts']);
    expect((await stagewright(folder, ['new', 'plugin', 'tail-free'])).stderr).toMatch(/is there already/);
    expect((await stagewright(folder, ['new', 'plugin', 'Bad_Name'])).stderr).toMatch(/cannot be a plugin's name/);
    const made = await stagewright(folder, ['new', 'pipeline', 'mine.json', '--plugin', './tail-free', '--sample', 'tail-free']);
    expect(made.stderr).toBe('');
    expect((await stagewright(folder, ['check', 'mine.json'])).stdout).toBe('nothing is wrong\n');
    expect(existsSync(join(folder, 'mine.schema.json'))).toBe(true);
    const fault = await stagewright(folder, ['new', 'pipeline', 'other.json', '--backend', 'ngrm']);
    expect(fault.stderr).toMatch(/"ngrm" is no backend; did you mean "ngram"/);
    expect(existsSync(join(folder, 'other.json'))).toBe(false);
    const laws = await new Promise<string>((resolve) => {
      execFile(
        join(ROOT, 'node_modules/.bin/tsx'),
        ['--test', 'tail-free/laws.test.ts'],
        { cwd: folder, env: { ...process.env, NODE_OPTIONS: '' } },
        (_, stdout) => resolve(stdout),
      );
    });
    expect(laws).toMatch(/# pass [1-9]\d*\n# fail 0/);
  });

  test.skipIf(process.platform !== 'linux')('a pipeline asks on a terminal for what no flag says', async () => {
    const folder = await workplace();
    const terminal = spawn('script', ['-qec', `${process.execPath} ${CLI} new pipeline asked.json --tokenize bytes`, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let shown = '';
    const answers = new Map([
      ['files to learn from', ''],
      ['rows (lines, document)', 'document'],
      ['backend (', ''],
      ['sampler (', 'greedy'],
    ]);
    terminal.stdout.on('data', (some) => {
      shown += some;
      for (const [question, answer] of answers) {
        if (!shown.includes(question)) continue;
        answers.delete(question);
        terminal.stdin.write(`${answer}\n`);
      }
    });
    const [code] = await once(terminal, 'exit');
    expect(code, shown).toBe(0);
    expect(answers.size).toBe(0);
    expect(shown).not.toContain('tokenizer ('); // which a flag said
    expect(JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8'))).toMatchObject({
      name: 'asked',
      data: { rows: 'document' },
      stages: { tokenize: 'bytes', backend: 'ngram', sample: 'greedy' },
    });
    expect((await stagewright(folder, ['check', 'asked.json'])).stdout).toBe('nothing is wrong\n');
  });

  test('a plugin inside of the repository compiles, passes its laws, and is one of its own', async () => {
    const home = await workplace();
    for (const part of [
      'core',
      'plugins',
      'pipelines',
      'schemas',
      'package.json',
      'tsconfig.json',
      'test/vitest.config.ts',
      'test/tsconfig.json',
    ])
      cpSync(join(ROOT, part), join(home, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
    const run = (tool: string, ...args: string[]): string =>
      execFileSync(process.execPath, [join(ROOT, 'node_modules', tool), ...args], {
        cwd: home,
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '' },
      });
    const tsx = 'tsx/dist/cli.mjs';
    const said = run(tsx, 'core/host/cli/main.ts', 'new', 'plugin', 'tail-free');
    expect(said).toContain('npx vitest run --config test/vitest.config.ts test/plugins/tail-free');
    run('typescript/bin/tsc', '-p', 'test/tsconfig.json', '--noEmit');
    expect(run('vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', 'test/plugins/tail-free')).toMatch(/Test Files +1 passed/);
    expect(run(tsx, 'core/host/cli/main.ts', 'list', 'tail-free')).toContain('plugin tail-free');
  });
});
