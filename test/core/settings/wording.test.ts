import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { Type } from '../../../core/index.ts';
import { validate } from '../../../core/settings/validate.ts';

const texts = Type.Array(Type.String());

test.each<[string, TSchema, unknown, string]>([
  ['an empty list', Type.Array(Type.String(), { minItems: 1 }), [], '"it" must be a list that is not empty, not [].'],
  ['a short list', Type.Array(Type.String(), { minItems: 2 }), ['a'], '"it" must be a list of at least 2, not ["a"].'],
  ['a long list', Type.Array(Type.String(), { maxItems: 1 }), ['a', 'b'], '"it" must be a list of at most 1, not ["a","b"].'],
  [
    'a list of twins',
    Type.Array(Type.String(), { uniqueItems: true }),
    ['a', 'a'],
    '"it" must be a list in which nothing stands twice, not ["a","a"].',
  ],
  ['an empty text', Type.String({ minLength: 1 }), '', '"it" must be a text that is not empty, not "".'],
  ['a short text', Type.String({ minLength: 3 }), 'ab', '"it" must be a text of at least 3 characters, not "ab".'],
  ['a long text', Type.String({ maxLength: 1 }), 'ab', '"it" must be a text of at most 1 character, not "ab".'],
  [
    'an empty object',
    Type.Record(Type.String(), Type.Number(), { minProperties: 1 }),
    {},
    '"it" must be an object that is not empty, not {}.',
  ],
  [
    'a poor object',
    Type.Record(Type.String(), Type.Number(), { minProperties: 2 }),
    {},
    '"it" must be an object of at least 2 keys, not {}.',
  ],
  [
    'a rich object',
    Type.Record(Type.String(), Type.Number(), { maxProperties: 0 }),
    { a: 1 },
    '"it" must be an object of at most 0 keys, not {"a":1}.',
  ],
  ['another text', Type.String({ pattern: '^a' }), 'b', '"it" must be a text that fits ^a, not "b".'],
  ['an odd number', Type.Integer({ multipleOf: 2 }), 3, '"it" must be a multiple of 2, not 3.'],
  ['an entry', texts, ['a', 5], 'an entry of "it" must be a text, not 5.'],
  ['an entry of an entry', Type.Array(texts), [['a', 5]], 'an entry of "it" must be a text, not 5.'],
])('%s is told of in words', (_, schema, value, message) => {
  expect(validate(Type.Object({ it: schema }), { it: value }).map((fault) => fault.message)).toEqual([message]);
});

test('an entry of a list that nothing contains is one', () => {
  expect(validate(texts, [5])).toMatchObject([{ path: ['0'], message: 'an entry must be a text, not 5.' }]);
});
