import { describe, expect, it } from 'vitest';
import { JsonlReader } from '../../../plugins/text/jsonl-reader.ts';
import { all, source } from './source.ts';

const read = (content: string, settings: { tokens?: string; given?: string } = {}) =>
  all(new JsonlReader({ tokens: 'text', ...settings }).read(source(content, { name: 'data.jsonl' })));

describe('jsonl', () => {
  it('reads a field of each line', async () => {
    expect(await read('{"text":"a\\n€"}\r\n\n{"x":1,"text":""}\n')).toEqual([{ raw: 'a\n€' }, { raw: '' }]);
  });

  it('tokens and given: the fields that were named', async () => {
    expect(await read('{"q":"why","a":"so","text":"no"}', { tokens: 'a', given: 'q' })).toEqual([{ raw: 'so', given: 'why' }]);
  });

  it('names the place where a line stops being JSON', async () => {
    await expect(read('{"text":"a"}\n{"text":bad}')).rejects.toThrow('data.jsonl:2:9 is not JSON (invalid symbol)');
    await expect(read('{"text":"a" "b":1}')).rejects.toMatchObject({
      code: 'TEXT_BAD_JSON',
      message: expect.stringContaining('data.jsonl:1:13 '),
    });
    await expect(read('{"text":"a",}')).rejects.toMatchObject({ code: 'TEXT_BAD_JSON' });
    await expect(read('{"text":"a"} // why')).rejects.toMatchObject({ code: 'TEXT_BAD_JSON' });
    await expect(read('{"text":"a')).rejects.toMatchObject({ code: 'TEXT_BAD_JSON' });
    await expect(read('['.repeat(200_000))).rejects.toMatchObject({ code: 'TEXT_BAD_JSON' });
  });

  it('wants objects', async () => {
    for (const [line, found] of [
      ['5', 'a number'],
      ['null', 'null'],
      ['["text"]', 'a list'],
      ['"text"', 'a string'],
    ] as const)
      await expect(read(line)).rejects.toThrow(`data.jsonl:1:1 an object was expected, ${found} was found`);
  });

  it('names the nearest of the fields there are', async () => {
    await expect(read('{"text":"a"}\n{"id":1,"txet":"a"}')).rejects.toThrow(
      'data.jsonl:2 has no field "text"; did you mean "txet"? Known are "id", "txet".',
    );
    await expect(read('{}')).rejects.toThrow('It has none at all.');
    await expect(read('{"a":"b"}', { tokens: 'toString' })).rejects.toMatchObject({ code: 'TEXT_NO_FIELD' });
    await expect(read('{"a":"b"}', { tokens: '__proto__' })).rejects.toMatchObject({ code: 'TEXT_NO_FIELD' });
  });

  it('wants text in a field', async () => {
    await expect(read('{"text":["a"]}')).rejects.toThrow('data.jsonl:1 the field "text" holds a list');
    await expect(read('{"text":"a","by":null}', { given: 'by' })).rejects.toThrow('the field "by" holds null');
  });
});
