import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'stagewright-thread-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const said =
  "import { parentPort, workerData } from 'node:worker_threads'; parentPort.postMessage(['said', workerData, process.execArgv.length].join(' '));";
file('worker.js', said);
file('worker.ts', said);
file('package.json', '{ "type": "module" }');
const source = `
const { isMainThread } = await import('node:worker_threads');
if (!isMainThread) console.log('the program runs in a thread as well');
const { startThread } = await import(${JSON.stringify(pathToFileURL(resolve('core/data/thread.ts')).href)});
for (const [near, told] of ${JSON.stringify(['near.js', 'near.ts'].map((name) => [pathToFileURL(join(folder, name)).href, name]))}) {
  const thread = startThread('./worker', near, { workerData: told });
  await new Promise((done, fail) => thread.once('message', (message) => console.log(message)).once('error', fail).once('exit', done));
}`;
const program = file('program.mjs', source);
const before = file(
  'before.cjs',
  "const { isMainThread, workerData } = require('node:worker_threads'); if (isMainThread || /^near/.test(workerData)) console.log('before', isMainThread);",
);
const tsx = import.meta.resolve('tsx');

/** What a program prints under flags of the command line and of NODE_OPTIONS. */
const run = (args: readonly string[], options?: string): string[] => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', tsx, ...args], {
    encoding: 'utf8',
    env: { ...env, ...(options !== undefined && { NODE_OPTIONS: options }) },
    cwd: folder,
  });
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#') && line !== 'Promise { <pending> }');
  return lines.length > 0 ? lines : [stderr];
};

const SAID = ['said near.js 0', 'said near.ts 0'];

describe('threads inherit no flags', { timeout: 60_000 }, () => {
  test.each<[string, string[], string?]>([
    ['none', [program]],
    ['--input-type and -e', ['--input-type=module', '-e', source]],
    ['--eval', ['--input-type=module', `--eval=${source}`]],
    ['--print', ['--print', `import(${JSON.stringify(pathToFileURL(program).href)})`]],
    ['--import of the program itself', ['--import', program, '-e', '0']],
    ['--inspect', ['--inspect=0', program]],
    ['--title and --conditions', ['--title=x', '--conditions=x', program]],
    ['--max-old-space-size', ['--max-old-space-size=300', '--expose-gc', program]],
    ['--import in NODE_OPTIONS', ['-e', '0'], `--import ${tsx} --import ${pathToFileURL(program).href}`],
    ['--title in NODE_OPTIONS', [program], '--title=x'],
  ])('%s', (_, args, options) => expect(run(args, options)).toEqual(SAID));

  test.each<[string, string[], string?]>([
    ['-r', ['-r', before, program]],
    ['--require in NODE_OPTIONS', [program], `--require ${before}`],
  ])('%s is loaded once', (_, args, options) => expect(run(args, options)).toEqual(['before true', ...SAID]));

  test('--test', () => expect(run(['--test', program]).join('\n')).toMatch(/^ok 1/m));
});
