import { expect, test } from 'vitest';
import { type Change, refused } from './said-of.ts';

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
