import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../../plugins/subword/files/open.ts';
import { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { byteLetters } from '../../../plugins/subword/text/byte-letters.ts';
import { sentencePiece } from './sentence-piece.ts';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

const folderOf = async (files: Readonly<Record<string, unknown>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'beside-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return folder;
};
const read = async (files: Readonly<Record<string, unknown>>): Promise<SubwordTokenizer> =>
  new SubwordTokenizer('beside', open(await folderOf(files)));
const ids = (tokenizer: SubwordTokenizer, text: string): readonly number[] => [...tokenizer.engine.tokenize(text, 'all')];

const merged = {
  'vocab.json': Object.fromEntries([...byteLetters, 'ab', '<|endoftext|>'].map((token, id) => [token, id])),
  'merges.txt': '#version: 0.2\na b\n',
};
const words = { 'vocab.txt': ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', '<e>'].join('\n') };
const pieces = {
  'spiece.model': sentencePiece([
    ['<unk>', 0, 2],
    ['</s>', 0, 3],
    ['▁', -1, 1],
    ['a', -2, 1],
  ]),
};
const letters = {
  'tokenizer.json': {
    added_tokens: [
      { id: 2, content: '<s>', special: true, normalized: false },
      { id: 3, content: '<plain>', special: false, normalized: false },
    ],
    model: { type: 'BPE', vocab: { a: 0, '<e>': 1, '<s>': 2 }, merges: [] },
    decoder: { type: 'Fuse' },
  },
};

describe('added tokens beside a vocabulary', () => {
  it.each([
    ['vocab.json and merges.txt', merged, 258],
    ['vocab.txt', words, 8],
    ['a SentencePiece model', pieces, 4],
    ['tokenizer.json', letters, 4],
  ] as const)('%s: those of added_tokens.json, special where a name says so, kept with a model', async (_what, files, size) => {
    const tokenizer = await read({
      ...files,
      'added_tokens.json': { '<|start|>': size, '<tool>': size + 1 },
      'special_tokens_map.json': { additional_special_tokens: ['<|start|>'] },
    });
    const model = await folderOf({});
    await tokenizer.save(model);
    const copy = new SubwordTokenizer('copy');
    await copy.load(model);
    for (const one of [tokenizer, copy]) {
      expect(one.vocabulary).toBe(size + 2);
      expect(ids(one, '<|start|><tool>')).toEqual([size, size + 1]);
      expect([...one.tokenize('<tool>')]).toContain(size + 1);
      expect([...one.tokenize('<|start|>')]).not.toContain(size);
    }
    expect(copy.fingerprint).toBe(tokenizer.fingerprint);
  });

  it('tokenizer_config.json tells more of them than added_tokens.json does', async () => {
    const tokenizer = await read({
      ...merged,
      'added_tokens.json': { '<x>': 258, '<y>': 259 },
      'tokenizer_config.json': {
        eos_token: '<x>',
        added_tokens_decoder: {
          257: { content: '<|endoftext|>', special: true },
          258: { content: '<x>', special: true, rstrip: true },
          260: { content: '<z>', special: false, normalized: false, lstrip: true, single_word: true },
        },
      },
    });
    expect([tokenizer.vocabulary, tokenizer.stop]).toEqual([261, 258]);
    expect(ids(tokenizer, 'ab <x> <y> <z>')).toEqual([256, 32, 258, 259, 260]);
    expect(ids(tokenizer, 'a<z>').includes(260)).toBe(false);
    expect(tokenizer.engine.compiled.added.map(({ id, special }) => [id, special])).toEqual([
      [257, true],
      [258, true],
      [259, false],
      [260, false],
    ]);
  });

  it('special_tokens_map.json names them by texts or objects, lists or names, and those without an id follow the last', async () => {
    const tokenizer = await read({
      ...words,
      'special_tokens_map.json': {
        eos_token: { content: '<e>', lstrip: true },
        additional_special_tokens: ['<m>', { content: '<n>', rstrip: true }],
        extra_special_tokens: { image_token: '<image>' },
      },
    });
    expect(tokenizer.vocabulary).toBe(11);
    expect(ids(tokenizer, 'a <e>b<n> b <m><image>')).toEqual([5, 7, 6, 9, 6, 8, 10]);
    expect([tokenizer.stop, tokenizer.detokenize(Int32Array.of(5, 7, 8, 9, 10))]).toEqual([7, 'a']);
  });

  it('T5 counts its extra ids from the end', async () => {
    const additional_special_tokens = ['<extra_id_0>', '<extra_id_1>', '<extra_id_2>'];
    const tokenizer = await read({ ...pieces, 'special_tokens_map.json': { additional_special_tokens } });
    expect(ids(tokenizer, '<extra_id_0><extra_id_1><extra_id_2>')).toEqual([6, 5, 4]);
  });

  it('tokenizer.json goes before, and what is said beside it is more', async () => {
    const tokenizer = await read({
      ...letters,
      'tokenizer_config.json': {
        added_tokens_decoder: {
          1: { content: '<e>', special: true },
          3: { content: '<plain>', special: true },
          4: { content: '<f>', special: true },
        },
      },
    });
    expect(tokenizer.vocabulary).toBe(5);
    expect(ids(tokenizer, 'a<e><f><plain>')).toEqual([0, 1, 4, 3]);
    expect(tokenizer.detokenize(Int32Array.of(0, 1, 4, 3))).toBe('a');
  });

  it.each([
    [{ 'added_tokens.json': { '<x>': 'y' } }, 'BAD_FIELD', 'added_tokens.json.<x>'],
    [{ 'added_tokens.json': { '<x>': 0 } }, 'DUPLICATE_ID', '"<x>"'],
    [{ 'added_tokens.json': { b: 0 } }, 'BAD_FIELD', 'wanted 6'],
    [{ 'tokenizer_config.json': { added_tokens_decoder: { one: { content: 'x' } } } }, 'BAD_FIELD', 'ids from 0'],
    [{ 'tokenizer_config.json': { added_tokens_decoder: { 9: {} } } }, 'BAD_FIELD', 'added_tokens_decoder.9.content'],
    [{ 'special_tokens_map.json': { additional_special_tokens: [5] } }, 'BAD_FIELD', 'additional_special_tokens.0'],
    [{ 'special_tokens_map.json': { additional_special_tokens: 'x' } }, 'BAD_FIELD', 'a list of tokens'],
  ])('%j: %s', async (files, code, message) => {
    await expect(read({ ...words, ...files })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
