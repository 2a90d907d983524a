import { expect, onTestFinished, test, vi } from 'vitest';
import { generate } from '../../../core/host/cli/generate.ts';
import { workplace } from '../pipeline/workplace.ts';

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
  const stdout = vi.spyOn(process.stdout, 'write');
  onTestFinished(() => stdout.mockRestore());
  const said = async (...args: string[]): Promise<string[]> => {
    let text = '';
    stdout.mockImplementation((piece) => {
      text += piece;
      return true;
    });
    await generate().parseAsync([`${folder}/mirror.json`, '--plugin', MIRROR, ...args], { from: 'user' });
    return text.trim().split(/\s+/);
  };
  expect(await said('--prompt', '3456')).toEqual(['3456', '3456']);
  expect(await said('--prompt', '3', '--prompt', '4')).toEqual(['3', '4']);
  expect(await said('--held-out')).toEqual(['4', '5']);
  expect(await said('--given', 'b', '--given', 'c')).toEqual(['17', '27']);
  expect(await said('--prompt', '8', '--prompt', '9', '--task', 'walk')).toEqual(['0229', '1229']);
  expect(await said('--prompt', '8', '--task', 'walk', '--with', 'last=5')).toEqual(['0215', '1215']);
});
