import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open } from '../../../core/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numbers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tokenize = { use: 'levels', with: { fields: 2, low: 0, high: 4, levels: 4 } };
const stages = { tokenize, backend: 'ngram', sample: 'greedy', evaluate: [] };

test.each([
  ['points.csv', 'x,y,name\n0.5,1.5,a\n0.5,1.5,b\n2.5,3.5,c\n', ['x', 'y']],
  ['plain.csv', '0.5,a,1.5\n0.5,b,1.5\n2.5,c,3.5\n', [0, 2]],
  ['points.jsonl', '{"x":0.5,"y":1.5}\n{"y":1.5,"x":0.5}\n{"x":2.5,"y":3.5}\n', ['x', 'y']],
])('fields of %s are rows of numbers, learned, said and written', async (name, content, tokens) => {
  await writeFile(join(folder, name), content);
  const data = { train: join(folder, name), valid: 0, rows: { tokens } };
  await using pipeline = await open({ name: 'points', data, stages }, { models: join(folder, 'models') });
  expect(await lastValueFrom(pipeline.generate({ count: 1, max_new_tokens: 2 }).pipe(toArray()))).toEqual([[0.5, 1.5]]);
  await pipeline.write({ count: 1, max_new_tokens: 2 }, join(folder, 'said.csv'));
  expect(await readFile(join(folder, 'said.csv'), 'utf8')).toBe('0.5,1.5\n');
});

test('a text is no row of numbers, and the other way round', async () => {
  await writeFile(join(folder, 'some.csv'), 'x,y\n1,2\n');
  const data = { train: join(folder, 'some.csv'), valid: 0, rows: { tokens: 'x' } };
  await using pipeline = await open({ name: 'text', data, stages }, { models: join(folder, 'models') });
  await expect(pipeline.ready()).rejects.toMatchObject({ code: 'RAW_MISFIT' });
  const fields = { ...data, rows: { tokens: ['x', 'y'] } };
  await using other = await open(
    { name: 'text', data: fields, stages: { ...stages, tokenize: 'characters' } },
    { models: join(folder, 'models') },
  );
  await expect(other.ready()).rejects.toMatchObject({ code: 'RAW_MISFIT' });
});
