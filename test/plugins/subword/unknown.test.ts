import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../plugins/subword/engine/engine.ts';
import { open } from '../../../plugins/subword/files/open.ts';
import { bareJson } from './rust.ts';

const folder = await mkdtemp(join(tmpdir(), 'unknown-'));
afterAll(() => rm(folder, { recursive: true }));

const known = [
  ['a', -3],
  ['▁', -2],
  ['▁a', -2.5],
] as const;
const bytes = ['<0x7A>', '<0x59>'].map((token) => [token, -9] as const);

const unigram = async (model: object): Promise<{ engine: Engine; rust: RustTokenizer }> => {
  const json = bareJson({
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: { type: 'Unigram', ...model },
  });
  const path = join(folder, 'tokenizer.json');
  await writeFile(path, json);
  return { engine: new Engine(open(path).compiled), rust: RustTokenizer.fromString(json) };
};

describe('a character that a unigram model does not know', () => {
  it('is named where nothing stands for the unknown, with and without spans, as the Rust original fails', async () => {
    const { engine, rust } = await unigram({ unk_id: null, byte_fallback: false, vocab: known });
    expect([...engine.tokenize('a a')]).toEqual([2, 2]);
    const fault = { code: 'UNKNOWN_CHARACTER', message: expect.stringContaining('"z" (U+007A)') };
    expect(() => engine.tokenize('a zz a')).toThrow(expect.objectContaining(fault));
    expect(() => engine.locate('a zz a')).toThrow(expect.objectContaining(fault));
    expect(() => engine.tokenize('a 😀')).toThrow(expect.objectContaining({ message: expect.stringContaining('"😀" (U+1F600)') }));
    await expect(rust.encode('a zz a')).rejects.toThrow('unk_id');
    expect([...engine.tokenize('a a')]).toEqual([2, 2]);
  });

  it('is spelled in bytes where the model has them, and named where it lacks one', async () => {
    const { engine } = await unigram({ unk_id: null, byte_fallback: true, vocab: [...known, ...bytes] });
    expect([...engine.tokenize('a zY')]).toEqual([2, 1, 3, 4]);
    expect(() => engine.tokenize('a y')).toThrow(expect.objectContaining({ code: 'UNKNOWN_CHARACTER' }));
  });

  it('is the unknown token where there is one', async () => {
    const { engine, rust } = await unigram({ unk_id: 0, byte_fallback: true, vocab: [['<unk>', 0], ...known, ...bytes] });
    for (const text of ['a zY', 'a y', 'zy', '字z'])
      expect([...engine.tokenize(text)]).toEqual((await rust.encode(text, null, { addSpecialTokens: false })).getIds());
  });
});
