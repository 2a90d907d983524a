import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { workplace } from '../pipeline/workplace.ts';

const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;
const MIRROR = new URL('../pipeline/fixtures/mirror.ts', import.meta.url).pathname;

test('prompts, conditions, held-out rows and tasks are asked for on the command line', async () => {
  const folder = await workplace({
    'rows.txt': '1\n2\n3\n4\n5\n6\n',
    'mirror.json': {
      name: 'mirror',
      data: { train: 'rows.txt', valid: 3 },
      stages: { tokenize: 'mirrored', backend: 'mirror', sample: 'greedy', evaluate: [] },
      generate: { count: 2 },
    },
  });
  const said = async (...args: string[]): Promise<string[]> => {
    const all = ['generate', 'mirror.json', '--plugin', MIRROR, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...all], { cwd: folder });
    return stdout.trim().split(/\s+/);
  };
  expect(await said('--prompt', '3456')).toEqual(['3456', '3456']);
  expect(await said('--prompt', '3', '--prompt', '4')).toEqual(['3', '4']);
  expect(await said('--held-out')).toEqual(['4', '5']);
  expect(await said('--given', 'b', '--given', 'c')).toEqual(['17', '27']);
  expect(await said('--prompt', '8', '--prompt', '9', '--task', 'walk')).toEqual(['0229', '1229']);
  expect(await said('--prompt', '8', '--task', 'walk', '--with', 'last=5')).toEqual(['0215', '1215']);
});
