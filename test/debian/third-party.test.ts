import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const VERSIONS = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies as Record<string, string>;

/** The user's own code, all of it. */
const MAIN = `import { open } from 'stagewright';

await using pipeline = await open('mine.json');
for await (const name of pipeline.generate({ count: 3 })) console.log(name);
`;

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 });

let packed: string;
const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'stagewright-third-'));
  folders.push(made);
  return made;
};

beforeAll(() => {
  run(ROOT, 'npx', 'tsc', '-p', 'tsconfig.json');
  const to = folder();
  packed = join(to, run(ROOT, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', to).trim().split('\n').at(-1)!);
});
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

describe('a plugin by somebody else, in an empty TypeScript project', () => {
  test.each([
    ['with all dependencies', {}],
    ['where onnxruntime-node could not be installed', { overrides: { 'onnxruntime-node': '0.0.0-nowhere' } }],
  ])(
    '%s: new, compile, laws, pipeline, run',
    (_, more) => {
      const home = folder();
      writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'theirs', private: true, type: 'module', ...more }));
      writeFileSync(join(home, '.npmrc'), 'onnxruntime-node-install=skip\n');
      const compilerOptions = {
        module: 'nodenext',
        target: 'es2023',
        strict: true,
        skipLibCheck: true,
        types: ['node'],
        lib: ['es2023', 'esnext.disposable'],
      };
      writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
      const tools = ['typescript', '@types/node'].map((name) => `${name}@${VERSIONS[name]}`);
      run(home, 'npm', 'install', '--silent', '--no-audit', '--no-fund', packed, ...tools);
      expect(existsSync(join(home, 'node_modules/onnxruntime-node'))).toBe(!('overrides' in more));

      run(home, 'npx', 'stagewright', 'new', 'plugin', 'epsilon');
      run(home, 'npx', 'stagewright', 'new', 'pipeline', 'mine.json', '--plugin', './epsilon', '--sample', 'epsilon');
      writeFileSync(join(home, 'main.ts'), MAIN);
      run(home, 'npx', 'tsc', '--noEmit', '-p', '.');
      expect(run(home, 'npx', 'tsx', '--test', 'epsilon/laws.test.ts')).toMatch(/# fail 0/);
      expect(run(home, 'npx', 'stagewright', 'check', 'mine.json')).toBe('nothing is wrong\n');
      expect(run(home, 'npx', 'tsx', 'main.ts').trim().split('\n')).toHaveLength(3);
      expect(JSON.parse(run(home, 'npx', 'stagewright', 'run', 'mine.json', '--json')).evaluation.likelihood.perplexity).toBeLessThan(20);
      expect(MAIN.trim().split('\n').length).toBeLessThan(20);
    },
    600_000,
  );
});
