import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workplace } from '../pipeline/workplace.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;

const said = (cwd: string, ...args: string[]): Promise<readonly [unknown, string]> =>
  new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd }, (error, _, stderr) => resolve([error?.code ?? 0, stderr]));
  });

const setup = async (): Promise<string> => {
  const folder = await workplace({
    'rows.txt': Array.from({ length: 60 }, (_, i) => `row ${i}`).join('\n'),
    'p.json': {
      name: 'p',
      data: { train: 'rows.txt', rows: 'lines' },
      stages: { tokenize: 'characters', backend: 'ngram', sample: 'greedy' },
    },
    'not.json': 'none',
  });
  await mkdir(join(folder, 'names'));
  return folder;
};

test.each([
  [['generat'], 2, 'there is no verb and no pipeline "generat"; did you mean "generate"?'],
  [['insepct', 'tokens'], 2, 'did you mean "inspect"?'],
  [['--set', 'generate.count'], 2, 'It must be path=value'],
  [['list', 'transformr'], 2, 'no plugin and no stage is called "transformr"; did you mean "transformer"?'],
  [['list', 'zzzzzzzz'], 2, '`stagewright list` shows all'],
  [['generate', 'p.jsn'], 1, 'There is no pipeline or model at "p.jsn"; did you mean "p.json"?'],
  [['check', 'nmaes'], 1, 'did you mean "names"?'],
  [['check', 'zzzzzzzz.json'], 1, 'at "zzzzzzzz.json".'],
  [['replay', 'gone.json'], 1, '"gone.json" is no repro: no such file is there.'],
  [['replay', 'names'], 1, '"names" is no repro: it is a folder; name a file in it.'],
  [['replay', 'not.json'], 1, '"not.json" is no repro: it is not JSON.'],
] as const)('%j is told with what was probably meant', async (args, code, words) => {
  const [status, text] = await said(await setup(), ...args);
  expect([status, text]).toEqual([code, expect.stringContaining(words)]);
  expect(text).not.toMatch(/ENOENT|EISDIR|\n {4}at /);
});

test('a view that is misspelt is told with the nearest, and so are tokens', async () => {
  const folder = await setup();
  expect((await said(folder, 'train', 'p.json'))[0]).toBe(0);
  expect((await said(folder, 'inspect', 'ordres', 'p.json'))[1]).toContain('shows no "ordres"; did you mean "orders"? known are orders.');
  expect((await said(folder, 'inspect', 'tokns', 'p.json'))[1]).toContain('Did you mean "tokens"?');
});
