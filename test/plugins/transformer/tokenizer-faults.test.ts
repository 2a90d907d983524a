import { expect, test } from 'vitest';
import { type Change, checked, generated, refused, warned } from './said-of.ts';

const says = (files: NonNullable<Change['files']>): Promise<string> => refused({ files });

test.each([
  [
    'tokenizer_config.json',
    { bos_token: 5 },
    '"FOLDER/tokenizer_config.json": tokenizer_config.bos_token.content: wanted a text, found 5.',
  ],
  [
    'special_tokens_map.json',
    { eos_token: 5 },
    '"FOLDER/special_tokens_map.json": tokenizer_config.eos_token.content: wanted a text, found 5.',
  ],
  [
    'tokenizer_config.json',
    { add_bos_token: 'yes' },
    '"FOLDER/tokenizer_config.json": tokenizer_config.add_bos_token: wanted true or false',
  ],
  ['tokenizer_config.json', { chat_template: 5 }, '"FOLDER/tokenizer_config.json": tokenizer_config.chat_template: wanted a template'],
  [
    'tokenizer_config.json',
    { added_tokens_decoder: { 0: { content: 'z' } } },
    '"FOLDER/tokenizer_config.json": Token id 0 belongs to both "a" and "z"',
  ],
  [
    'tokenizer_config.json',
    { added_tokens_decoder: { 7: { content: 'a' } } },
    '"FOLDER/tokenizer_config.json": the id of the added token "a"',
  ],
  ['added_tokens.json', { z: 'x' }, '"FOLDER/added_tokens.json": added_tokens.json.z: wanted a whole number'],
  ['added_tokens.json', { z: 0 }, '"FOLDER/added_tokens.json": Token id 0 belongs to both "a" and "z"'],
  ['tokenizer.json', { model: { type: 'BPE', vocab: { a: 0 }, merges: 5 } }, '"FOLDER/tokenizer.json": model.merges: wanted'],
  [
    'tokenizer.json',
    { model: { type: 'BPE', vocab: { a: 0, b: 0 }, merges: [] } },
    '"FOLDER/tokenizer.json": Token id 0 belongs to both "a" and "b"',
  ],
  ['chat_template.json', { chat_template: 5 }, 'FOLDER/chat_template.json.chat_template: wanted a template'],
])('a fault of %s names it: %j', async (file, content, words) => {
  expect(await says({ [file]: content })).toContain(words);
});

test('a folder in place of a file is told by its name', async () => {
  for (const file of ['chat_template.jinja', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'])
    expect(await says({ [file]: undefined })).toContain(`"FOLDER/${file}" cannot be read as a tokenizer: it is a folder`);
  expect(await says({ additional_chat_templates: 'x' })).toContain(
    '"FOLDER/additional_chat_templates" cannot be read as a tokenizer: it is no folder',
  );
});

const NOPE = '"FOLDER/tokenizer_config.json" names what the vocabulary has not and changes nothing: ';
const BARE =
  '"FOLDER/tokenizer_config.json" has "add_bos_token": true and the vocabulary no bos_token, so that nothing is put before a text.';

test.each([
  [{ eos_token: '<nope>' }, [`${NOPE}eos_token "<nope>".`]],
  [{ bos_token: { content: '<nope>' }, mask_token: '<m>' }, [`${NOPE}bos_token "<nope>", mask_token "<m>".`]],
  [{ add_bos_token: true, bos_token: '<nope>' }, [`${NOPE}bos_token "<nope>".`, BARE]],
  [{ add_bos_token: true }, [BARE]],
  [{ add_bos_token: true, bos_token: 'a', eos_token: 'b', pad_token: '<pad>' }, []],
  [{ add_bos_token: false, eos_token: 'b' }, []],
])('tokens that the vocabulary has not are named: %j', async (content, said) => {
  expect(await warned({ files: { 'tokenizer_config.json': content } })).toEqual(said);
});

test('so are those of special_tokens_map.json, which tokenizer_config.json goes before', async () => {
  const map = { eos_token: '<nope>', bos_token: '<none>' };
  expect(await warned({ files: { 'special_tokens_map.json': map, 'tokenizer_config.json': { bos_token: 'a' } } })).toEqual([
    '"FOLDER/special_tokens_map.json" names what the vocabulary has not and changes nothing: eos_token "<nope>".',
  ]);
});

test('a chat template that cannot be read is a fault with its file, and so where a conversation needs it', async () => {
  const broken = '{% if %}';
  for (const [file, content] of [
    ['chat_template.jinja', broken],
    ['tokenizer_config.json', { chat_template: broken }],
    ['additional_chat_templates/default.jinja', broken],
  ] as const) {
    const change = { files: { [file]: content } };
    const { faults } = await checked(change);
    expect(faults).toEqual([expect.stringContaining(`"FOLDER/${file}": The chat template failed: `)]);
    const { faults: thrown } = await generated(change, { messages: [{ role: 'user', content: 'ab' }] });
    expect(thrown).toEqual([expect.stringContaining(faults[0]!)]);
  }
});
