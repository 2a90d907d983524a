import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from '../../../core/definition/parse.ts';
import { check, InvalidPipeline, loadPlugins, open, where } from '../../../core/index.ts';

const messages = (text: string): string[] => {
  try {
    return parse(text, 'p.json').faults.map(({ place, message }) => `${place ? where(place) : ''} ${message}`);
  } catch (error) {
    return error instanceof InvalidPipeline ? error.message.split('\n') : [`${(error as { code: string }).code}`];
  }
};

describe('reading JSON', () => {
  test('finds places', () => {
    const { placeOf, value } = parse('{\n  "a": [1, {"b": 2}]\n}', 'p.json');
    expect(value).toEqual({ a: [1, { b: 2 }] });
    expect(placeOf({ path: ['a', '1', 'b'] })).toEqual({ file: 'p.json', line: 2, column: 18 });
    expect(placeOf({ path: ['a', '1', 'b'], atKey: true })).toEqual({ file: 'p.json', line: 2, column: 13 });
    expect(placeOf({ path: ['a', '1', 'missing'] })).toEqual({ file: 'p.json', line: 2, column: 12 });
  });

  test.each([
    ['', 'p.json is empty.'],
    ['{', 'p.json:1:2 is not JSON: a closing "}" is expected here.'],
    ['{"a": 1,}', 'p.json:1:9 is not JSON: there is a comma too many before this.'],
    ['{"a": [1,]}', 'p.json:1:10 is not JSON: there is a comma too many before this.'],
    ['{"a": 1} x', 'p.json:1:10 is not JSON: the pipeline ended before this; leave the rest out.'],
    ['{"a" 1}', 'p.json:1:6 is not JSON: a colon is expected here, between key and value.'],
    ['{"a": 1 "b": 2}', 'p.json:1:9 is not JSON: a comma is expected before this.'],
    ["{'a': 1}", 'p.json:1:2 is not JSON: this is no value; texts stand in "double quotes".'],
    ['{"a": NaN}', 'p.json:1:7 is not JSON: this is no value; texts stand in "double quotes".'],
    ['{\n"a": 1, "a": 2}', 'p.json:2:9 the key "a" stands here a second time; leave one out.'],
    ['{"__proto__": {}}', 'p.json:1:2 the key "__proto__" is not allowed.'],
    ['// no\n{}', 'p.json:1:1 is not JSON: there are no comments in JSON; leave it out.'],
  ])('refuses %j', (text, message) => expect(messages(text)[0]).toBe(message));

  test('goes on where the value can be told', () => {
    const { value, faults } = parse('{ "a": 1, "a": 2, /* b */ "c": [3,], "__proto__": { "x": 1 } } ]', 'p.json');
    expect(value).toEqual({ a: 2, c: [3] });
    expect(faults).toHaveLength(5);
    expect(Object.keys(value as object)).toEqual(['a', 'c']);
  });

  test('refuses bombs before it builds anything', () => {
    expect(messages('['.repeat(200_000))).toEqual(['JSON_TOO_DEEP']);
    expect(messages(`[${'0,'.repeat(300_000)}0]`)).toEqual(['JSON_TOO_MANY']);
    expect(messages(`{${Array.from({ length: 400_000 }, (_, i) => `"${i}":0`)}}`)).toEqual(['JSON_TOO_MANY']);
    expect(messages(`"${'x'.repeat(9 << 20)}"`)).toEqual(['JSON_TOO_LARGE']);
  });
});

describe('files of other writings', () => {
  const text = JSON.stringify({ name: 'p', stages: { tokenize: 'bytes', backend: 'ngarm', sample: 'greedy' } }, undefined, 1);
  const written = async (bytes: Buffer | string): Promise<string> => {
    const file = join(await mkdtemp(join(tmpdir(), 'stagewright-')), 'p.json');
    await writeFile(file, bytes);
    return file;
  };
  const faults = async (bytes: Buffer | string) => {
    const file = await written(bytes);
    return (await check(file)).map(({ place, message }) => `${place?.line ?? ''}:${place?.column ?? ''} ${message}`);
  };

  test('a byte order mark is read over, and places stay', async () => {
    const one = JSON.stringify(JSON.parse(text));
    const found = await faults(`\ufeff${one}`);
    expect(found).toEqual(await faults(one));
    expect(found).toEqual([`1:${one.indexOf('"ngarm"') + 1} "ngarm" is no backend; did you mean "ngram"?`]);
    expect(await faults(`\ufeff${text}`)).toEqual(['5:14 "ngarm" is no backend; did you mean "ngram"?']);
  });

  test.each([
    ['little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['without a mark', Buffer.from(text, 'utf16le')],
    ['without a mark, big end first', Buffer.from(text, 'utf16le').swap16()],
  ])('UTF-16 is named: %s', async (_, bytes) => {
    expect(await faults(bytes)).toEqual([': is UTF-16 and must be UTF-8; save it anew as UTF-8.']);
  });

  test('Latin-1 is named', async () => {
    expect(await faults(Buffer.from('{ "name": "é" }', 'latin1'))).toEqual([': is not UTF-8; save it anew as UTF-8.']);
  });

  test('a package.json and a model are read the same way', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stagewright-'));
    await writeFile(join(folder, 'own.mjs'), 'export default { name: "own", contract: 2, about: "", stages: [] };');
    const asked = { base: folder, asked: ['./own.mjs'] };
    const listing = '\ufeff{ "stagewright": { "plugins": ["./own.mjs"] } }';
    await writeFile(join(folder, 'package.json'), listing);
    expect((await loadPlugins(asked)).plugins.map(({ name }) => name)).toContain('own');
    await writeFile(join(folder, 'package.json'), Buffer.from(listing, 'utf16le'));
    await expect(loadPlugins(asked)).rejects.toMatchObject({ code: 'PACKAGE_UNREADABLE', message: expect.stringContaining('UTF-16') });
    await writeFile(join(folder, 'package.json'), '{');
    await expect(loadPlugins(asked)).rejects.toMatchObject({ code: 'PACKAGE_UNREADABLE' });

    await writeFile(join(folder, 'pipeline.json'), '\ufeff{ "format": 9 }');
    await expect(open(folder)).rejects.toMatchObject({ code: 'MODEL_FORMAT' });
    await writeFile(join(folder, 'pipeline.json'), Buffer.from('\ufeff{}', 'utf16le'));
    await expect(open(folder)).rejects.toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('UTF-16') });
    await rm(join(folder, 'pipeline.json'));
    await writeFile(join(folder, 'current.json'), '[]');
    await expect(open(folder)).rejects.toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('current.json') });
  });
});
