import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { open } from '../../core/index.ts';
import { workplace } from './pipeline/workplace.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const README = readFileSync(join(ROOT, 'core/plugin/README.md'), 'utf8');
const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] };

/** A project of a stranger that has the package. */
const tutorial = async (files: Parameters<typeof workplace>[0]): Promise<string> => {
  const folder = await workplace(files);
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/stagewright'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  return folder;
};
const run = (cwd: string, tool: string, ...args: string[]): string =>
  execFileSync(join(ROOT, 'node_modules/.bin', tool), args, { cwd, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });

test('the tutorial for plugins compiles, keeps its laws, and measures', async () => {
  const [plugin, laws, pipeline] = [...README.matchAll(/```(?:ts|json)\n([\s\S]*?)```/g)].map(([, code]) => code!);
  const folder = await tutorial({
    'length.ts': plugin!,
    'length.test.ts': laws!,
    'names.json': pipeline!,
    'names.txt': Array.from({ length: 30 }, () => 'abcd').join('\n'),
    'package.json': { type: 'module', stagewright: { plugins: ['./length.ts'] } },
    'tsconfig.json': { compilerOptions, files: ['length.test.ts'] },
  });
  expect(run(folder, 'tsc', '-p', '.')).toBe('');
  expect(run(folder, 'tsx', '--test', 'length.test.ts')).toMatch(/# pass [1-9]\d*\n# fail 0/);
  await using opened = await open(join(folder, 'names.json'), { models: join(folder, 'models') });
  expect(await opened.evaluate({})).toEqual({ length: { characters_per_row: 4 } });
  expect(plugin!.split('\n').length + laws!.split('\n').length).toBeLessThan(70);
});

test('each other stage of the tutorial compiles, keeps its laws, and does its part in a pipeline that is trained, kept and opened again', async () => {
  const blocks = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!).slice(2);
  const parts = blocks.map((block) => block.split(/^(?=(?:processor|sampler|tokenizer|reader|backend)\(\{)/m));
  const names = 'type Batch, type Corpus, type ProgressEvent, type Tokens, TOKENIZER, flow, logitsAt, definePlugin';
  const kinds = blocks.map((block) => /^(processor|sampler|tokenizer|reader|backend)\(/m.exec(block)![1]!);
  expect(kinds).toEqual(['processor', 'sampler', 'tokenizer', 'reader', 'backend']);
  const plugin = `import { ${names}, ${kinds.join(', ')} } from 'stagewright';
${parts.map((part) => part.slice(0, -1).join('')).join('')}
export default definePlugin({ name: 'rest', contract: 2, about: 'The rest.', stages: [
${parts.map((part) => part.at(-1)!.trim().replace(/;$/, '')).join(',\n')}] });`;
  const laws = `import { describe, it } from 'node:test';
import { describeLaws } from 'stagewright/laws';
import plugin from './rest.js';
await describeLaws(plugin, {}, { describe, it, runs: 20 });`;
  const stages = { tokenize: 'letters', backend: 'pairs', sample: { use: 'likeliest', processors: ['no-seven'] }, evaluate: [] };
  const folder = await tutorial({
    'rest.ts': plugin,
    'rest.test.ts': laws,
    'names.list': 'xh;xh;xh;xab;xab',
    'names.json': {
      name: 'names',
      plugins: ['./rest.ts'],
      data: { train: 'names.list' },
      stages,
      generate: { count: 1, max_new_tokens: 9 },
    },
    'package.json': { type: 'module', stagewright: { plugins: ['./rest.ts'] } },
    'tsconfig.json': { compilerOptions, files: ['rest.test.ts'] },
  });
  expect(run(folder, 'tsc', '-p', '.')).toBe('');
  expect(run(folder, 'tsx', '--test', 'rest.test.ts')).toMatch(/# pass [1-9]\d*\n# fail 0/);
  for (const trained of [true, false]) {
    await using opened = await open(join(folder, 'names.json'), { models: join(folder, 'models') });
    expect((await opened.ready()).trained).toBe(trained);
    for await (const text of opened.generate({})) expect(text).toBe('xab'); // x is followed by h most often, which has the id 7
  }
  expect(blocks.at(-1)!.trim().split('\n').length).toBeLessThan(40);
});
