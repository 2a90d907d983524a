import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { open } from '../../core/index.ts';
import { workplace } from './pipeline/workplace.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const README = readFileSync(join(ROOT, 'core/plugin/README.md'), 'utf8');

test('the tutorial for plugins compiles, keeps its laws, and measures', async () => {
  const [plugin, laws, pipeline] = [...README.matchAll(/```(?:ts|json)\n([\s\S]*?)```/g)].map(([, code]) => code!);
  const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] };
  const folder = await workplace({
    'length.ts': plugin!,
    'length.test.ts': laws!,
    'names.json': pipeline!,
    'names.txt': Array.from({ length: 30 }, () => 'abcd').join('\n'),
    'package.json': { type: 'module', stagewright: { plugins: ['./length.ts'] } },
    'tsconfig.json': { compilerOptions, files: ['length.test.ts'] },
  });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/stagewright'));
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  const run = (tool: string, ...args: string[]): string =>
    execFileSync(join(ROOT, 'node_modules/.bin', tool), args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } });
  expect(run('tsc', '-p', '.')).toBe('');
  expect(run('tsx', '--test', 'length.test.ts')).toMatch(/# pass [1-9]\d*\n# fail 0/);
  await using opened = await open(join(folder, 'names.json'), { models: join(folder, 'models') });
  expect(await opened.evaluate({})).toEqual({ length: { characters_per_row: 4 } });
  expect(plugin!.split('\n').length + laws!.split('\n').length).toBeLessThan(70);
});
