import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { putFile } from '../../../core/index.ts';

const home = mkdtempSync(join(tmpdir(), 'put-file-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const at = (name: string): string => join(home, name);

test('a file is there whole, in folders that are made, or as it was', async () => {
  await putFile(at('a/b/new.txt'), ['one ', 'two']);
  expect(readFileSync(at('a/b/new.txt'), 'utf8')).toBe('one two');
  const breaking = async function* () {
    yield Buffer.from('half');
    throw new Error('it breaks');
  };
  await expect(putFile(at('a/b/new.txt'), breaking())).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  expect(readFileSync(at('a/b/new.txt'), 'utf8')).toBe('one two');
  expect(readdirSync(at('a/b'))).toEqual(['new.txt']);
});

test('a link stays, and what it leads to is replaced', async () => {
  writeFileSync(at('real.svg'), 'old');
  symlinkSync('real.svg', at('link.svg'));
  await putFile(at('link.svg'), ['new']);
  expect([lstatSync(at('link.svg')).isSymbolicLink(), readFileSync(at('real.svg'), 'utf8')]).toEqual([true, 'new']);
});

test.skipIf(process.platform === 'win32')('a pipe and a device are written to, and stay what they are', async () => {
  spawnSync('mkfifo', [at('pipe')]);
  const [read] = await Promise.all([readFile(at('pipe'), 'utf8'), putFile(at('pipe'), ['through'])]);
  expect([read, lstatSync(at('pipe')).isFIFO()]).toEqual(['through', true]);
  await putFile('/dev/null', ['gone']);
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a folder is refused by name', async () => {
  mkdirSync(at('folder'));
  await expect(putFile(at('folder'), ['x'])).rejects.toMatchObject({
    code: 'PATH_IS_FOLDER',
    message: expect.stringContaining('name a file in it'),
  });
});
