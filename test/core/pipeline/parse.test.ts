import { describe, expect, test } from 'vitest';
import { InvalidPipeline, where } from '../../../core/index.ts';
import { parse } from '../../../core/pipeline/parse.ts';

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
