import { spawn } from 'node:child_process';
import { existsSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fail } from '../../../core/host/cli/fail.ts';
import { workplace } from '../pipeline/workplace.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const SIGPIPE = 128 + 13; // as a shell reports a process that a broken pipe ended

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; `leave` says after how many bytes a reader of one of its streams leaves. */
const run = (cwd: string, args: readonly string[], leave: { stdout?: number; stderr?: number } = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd });
    const read = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      if (leave[name] === 0) child[name].destroy();
      child[name].on('data', (piece) => {
        read[name] += piece;
        if (read[name].length >= (leave[name] ?? Number.POSITIVE_INFINITY)) child[name].destroy();
      });
    }
    child.on('exit', (code) => setImmediate(() => resolve({ code, ...read })));
  });

const learning = async (): Promise<string> => {
  const folder = await workplace({
    'rows.txt': Array.from({ length: 400 }, (_, i) => `row number ${i}`).join('\n'),
    'p.json': {
      name: 'p',
      data: { train: 'rows.txt', valid: 5, rows: 'lines' },
      stages: { tokenize: 'characters', backend: 'ngram', sample: 'sampling' },
    },
  });
  expect((await run(folder, ['train', 'p.json'])).code).toBe(0);
  return folder;
};

describe('a reader that leaves', () => {
  test.each([['list', '--json'], ['list', '--docs'], ['--help'], ['generate', '--help'], ['check']])(
    'ends %s %s without a word',
    async (...args) => {
      expect(await run(await workplace(), args, { stdout: 0 })).toEqual({ code: SIGPIPE, stdout: '', stderr: '' });
    },
  );

  test('ends what streams in the midst of it, and what looks into samples', async () => {
    const folder = await learning();
    for (const args of [
      ['generate', 'p.json', '--count', '1000000'],
      ['inspect', 'orders', 'p.json', '--count', '1000000'],
    ]) {
      const { code, stdout, stderr } = await run(folder, args, { stdout: 1 });
      expect([code, stderr], args.join(' ')).toEqual([SIGPIPE, '']);
      expect(stdout.length).toBeGreaterThan(0);
    }
  });

  test('of stderr ends a training, which leaves no half a model behind', async () => {
    const folder = await learning();
    const { code, stdout } = await run(folder, ['train', 'p.json', '--set', 'seed=9'], { stderr: 0 });
    expect([code, stdout]).toEqual([SIGPIPE, '']);
    expect(readdirSync(join(folder, 'models/p')).filter((name) => /^[0-9a-f]{16}$/.test(name))).toHaveLength(1);
  });
});

const full = existsSync('/dev/full');

test.skipIf(!full).each([['list'], ['--help'], ['check']])(
  'a full disk is an error with its mend for %s, once and without a trace',
  async (...args) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
    let said = '';
    child.stderr!.on('data', (piece) => {
      said += piece;
    });
    const code = await new Promise((resolve) => child.on('exit', (status) => setImmediate(() => resolve(status))));
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/^error What is printed could not be written: ENOSPC[^\n]*free its disk[^\n]*\n$/),
    ]);
  },
);

test.skipIf(!full)('progress that cannot be written ends no training', async () => {
  const folder = await learning();
  const child = spawn(process.execPath, [CLI, 'train', 'p.json', '--again'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', openSync('/dev/full', 'w')],
  });
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
});

test('a trace is for --debug alone', async () => {
  const folder = await workplace();
  const terse = await run(folder, ['check', 'gone.json']);
  expect(terse).toEqual({ code: 1, stdout: '', stderr: 'error There is no pipeline or model at "gone.json".\n' });
  expect((await run(folder, ['check', 'gone.json', '--debug'])).stderr).toMatch(/no pipeline or model at "gone.json"[\s\S]*\n {4}at /);
  expect((await run(folder, ['draw', '--out', '/dev/null/x.svg'])).stderr).toMatch(
    /^error "\/dev\/null\/x.svg" could not be written[^\n]*\n$/,
  );
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  for (const traced of [false, true]) fail(new TypeError('odd'), traced);
  process.exitCode = undefined;
  expect(stderr.mock.calls.map(([text]) => text)).toEqual([
    'error odd (nobody foresaw this; --debug says where it came from)\n',
    expect.stringMatching(/^error TypeError: odd\n {4}at /),
  ]);
});
