import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url).pathname;
const OWN = new URL('third-party/', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'third-party-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const files = readdirSync(OWN);
mkdirSync(join(home, 'node_modules'));
symlinkSync(ROOT, join(home, 'node_modules/stagewright'));
writeFileSync(
  join(home, 'package.json'),
  JSON.stringify({ name: 'theirs', type: 'module', stagewright: { plugins: files.map((file) => `./${file}`) } }),
);
for (const file of files) {
  copyFileSync(join(OWN, file), join(home, file));
  const laws = `import { describe, it } from 'node:test';\nimport { describeLaws } from 'stagewright/laws';\nimport own from './${file}';\n\nawait describeLaws(own, {}, { describe, it, runs: 20 });\n`;
  writeFileSync(join(home, `${file}.test.ts`), laws);
}

const run = (command: string, ...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: home, env: { ...process.env, NODE_OPTIONS: '' } };
    execFile(join(ROOT, command), args, options, (_, stdout, stderr) => resolve(stdout + stderr));
  });

test.each(files)('%s, written by a stranger against the package, is short and keeps its laws', async (file) => {
  expect(readFileSync(join(OWN, file), 'utf8').trim().split('\n').length).toBeLessThan(30);
  expect(await run('node_modules/.bin/tsx', '--test', `${file}.test.ts`)).toMatch(/# pass [1-9]\d*\n# fail 0/);
});

test('together they are a pipeline', async () => {
  const pipeline = {
    name: 'theirs',
    plugins: files.map((file) => `./${file}`),
    stages: { tokenize: 'units', backend: 'cycle', sample: { use: 'likeliest', processors: [{ use: 'shy', with: { ids: [99] } }] } },
    generate: { prompt: 'a', count: 1, max_new_tokens: 5 },
  };
  writeFileSync(join(home, 'theirs.json'), JSON.stringify(pipeline));
  expect(await run('node_modules/.bin/tsx', join(ROOT, 'dist/core/host/cli/main.js'), 'check', 'theirs.json')).toBe('nothing is wrong\n');
  expect(await run('node_modules/.bin/tsx', join(ROOT, 'dist/core/host/cli/main.js'), 'generate', 'theirs.json')).toContain('abdefg'); // c loses a nat to d
});
