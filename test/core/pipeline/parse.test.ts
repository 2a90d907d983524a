import { describe, expect, test } from 'vitest';
import { InvalidPipeline } from '../../../core/index.ts';
import { parse } from '../../../core/pipeline/parse.ts';

const messages = (text: string): string[] => {
  try {
    parse(text, 'p.json');
  } catch (error) {
    return error instanceof InvalidPipeline ? error.message.split('\n') : [`${(error as { code: string }).code}`];
  }
  return [];
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
    ['{', 'p.json:1:2 is not JSON: close brace expected.'],
    ['{"a": 1,}', 'p.json:1:9 is not JSON: property name expected.'],
    ['{"a": 1} x', 'p.json:1:10 is not JSON: invalid symbol.'],
    ['{\n"a": 1, "a": 2}', 'p.json:2:9 the key "a" stands here a second time; leave one out.'],
    ['{"__proto__": {}}', 'p.json:1:2 the key "__proto__" is not allowed.'],
    ['// no\n{}', 'p.json:1:1 is not JSON: invalid comment token.'],
  ])('refuses %j', (text, message) => expect(messages(text)[0]).toBe(message));

  test('refuses bombs before it builds anything', () => {
    expect(messages('['.repeat(200_000))).toEqual(['JSON_TOO_DEEP']);
    expect(messages(`[${'0,'.repeat(300_000)}0]`)).toEqual(['JSON_TOO_MANY']);
    expect(messages(`"${'x'.repeat(9 << 20)}"`)).toEqual(['JSON_TOO_LARGE']);
  });
});
