import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeTokenizer, laws, printReport } from '../../../core/laws/index.ts';
import { CodeUnits } from './honest/code-units.ts';
import { LosesSurrogates } from './mutants/tokenizers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'describe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bare: object = { describe: undefined, it: undefined };

it('bare, throws with every counter-example and what to run', async () => {
  const module = './test/core/laws/mutants/planted.ts';
  const holding = { ...bare, folder, name: 'mine', module, export: 'losesSurrogates' };
  const failure = await describeTokenizer(new LosesSurrogates(), holding).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  const { message } = failure as Error;
  expect(message).toMatch(/^\d+ of the laws of "mine" do(es)? not hold\./);
  expect(message).toMatch(
    /raw {7}"\\ud[89a-f][0-9a-f]{2}"\n {2}tokens {4}\[65537\]\n {2}expected {2}"\\ud[89a-f][0-9a-f]{2}"\n {2}found {5}"\\ufffd"/,
  );
  expect(message).toContain(`Again: npx stagewright replay ${join(folder, 'mine-tokenize-round-trip.json')}`);
  expect(JSON.parse(await readFile(join(folder, 'mine-tokenize-round-trip.json'), 'utf8'))).toMatchObject({ law: 'tokenize/round-trip' });
});

it('exempts by name and with a reason, which the report shows', async () => {
  const exempt = {
    'tokenize/round-trip': 'half surrogates have no bytes',
    'tokenize/settles': 'as above',
    'tokenize/stream-joins': 'as above',
  };
  const report = await describeTokenizer(new LosesSurrogates(), { ...bare, folder, exempt, runs: 20 });
  expect(printReport(report)).toMatch(/tokenize\/round-trip +exempt: half surrogates have no bytes/);
  expect(() => describeTokenizer(new CodeUnits(), { ...bare, exempt: { 'tokenize/round-trip': ' ' } })).toThrow('has no reason');
  expect(() => describeTokenizer(new CodeUnits(), { ...bare, exempt: { 'tokenize/rund-trip': 'x' } })).toThrow('There is no law');
});

it('tells a runner one test a law', async () => {
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (name: string, body: () => Promise<void>) => tests.set(name, body),
  };
  const report = await describeTokenizer(new LosesSurrogates(), { ...runner, folder, runs: 20 });
  expect(tests.size).toBe(laws.tokenizer.length);
  const outcomes = await Promise.allSettled([...tests.values()].map((test) => test()));
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
  expect(report.verdicts).toHaveLength(laws.tokenizer.length);
});

it('speaks to node:test', async () => {
  const file = join(folder, 'laws.test.mjs');
  const index = new URL('../../../dist/core/laws/index.js', import.meta.url).href;
  await writeFile(
    file,
    `import { describe, it } from 'node:test';
import { describeTokenizer, idTokenizer } from '${index}';
import fc from '${import.meta.resolve('fast-check')}';
const raw = fc.array(fc.nat(7)).map((ids) => ids.join(' '));
describeTokenizer({ tokenizer: idTokenizer(12), raw, join: (pieces) => pieces.join('') }, { describe, it });
`,
  );
  const stdout = await new Promise<string>((resolve) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    execFile(process.execPath, ['--test', '--test-reporter=tap', file], { env }, (_error, stdout) => resolve(stdout));
  });
  expect(stdout).toMatch(/# fail 0/);
  expect(stdout).toContain('tokenize/round-trip');
});
