import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { BPE, byteLevelPreTokenizer, Tokenizer as RustTokenizer } from 'tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import { type LearningTokenizer, SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { learning } from './learning.ts';
import { absent, parting, readText, why } from './texts.ts';

const folder = await mkdtemp(join(tmpdir(), 'subword-'));
afterAll(() => rm(folder, { recursive: true }));

const DEEP = process.env.STAGEWRIGHT_DEEP !== undefined;

async function* lines(text: string): AsyncGenerator<string> {
  for (const line of text.split('\n')) if (line !== '') yield `${line}\n`;
}

const trained = async (use: string, settings: Readonly<Record<string, unknown>>, text: string): Promise<LearningTokenizer> => {
  const tokenizer = learning(use, settings);
  await lastValueFrom(tokenizer.fit(lines(text)));
  return tokenizer;
};

describe.skipIf(absent)(`tokenizers trained here${why}`, () => {
  it.each([
    ['bpe', {}],
    ['bpe', { pretokenizer: 'cl100k', normalizer: 'nfc' }],
    ['bpe', { alphabet: 'characters' }],
    ['bpe', { alphabet: 'characters', byte_fallback: false, pretokenizer: 'gpt2', special_tokens: { unk_token: '<unk>' } }],
    ['wordpiece', {}],
    ['wordpiece', { normalizer: 'bert_uncased', pretokenizer: 'whitespace' }],
    ['unigram', {}],
    ['unigram', { byte_fallback: false, normalizer: 'nfkc' }],
  ] as const)('%s %j: the Rust original gives the same ids on text that was not seen', async (use, settings) => {
    const tokenizer = await trained(use, { vocabulary: 2000, ...settings }, readText('plays', 300_000));
    await tokenizer.save(folder);
    const rust = RustTokenizer.fromFile(join(folder, 'tokenizer.json'));
    for (const name of ['novel', 'japanese', 'pairs'] as const) {
      const text = readText(name, DEEP ? 1 << 20 : 1 << 15);
      const theirs = await rust.encode(text, null, { addSpecialTokens: false });
      expect(parting(tokenizer.tokenize(text), theirs.getIds()), name).toBeUndefined();
      const spelled = await rust.decode(Array.from(tokenizer.tokenize(text).subarray(0, 2000)), true);
      expect(tokenizer.detokenize(tokenizer.tokenize(text).subarray(0, 2000)), name).toBe(spelled);
    }
    const again = new SubwordTokenizer('again');
    await again.load(folder);
    expect(again.fingerprint).toBe(tokenizer.fingerprint);
    expect([again.start, again.stop, again.unknown, again.mask]).toEqual([
      tokenizer.start,
      tokenizer.stop,
      tokenizer.unknown,
      tokenizer.mask,
    ]);
  });

  it('bpe learns the merges of the Rust original, in its order', async () => {
    const text = readText('plays', 400_000);
    const file = join(folder, 'text.txt');
    await writeFile(file, [...text.split('\n')].filter((line) => line !== '').join('\n'));
    const rust = new RustTokenizer(BPE.empty());
    rust.setPreTokenizer(byteLevelPreTokenizer(false, true));
    rust.train([file]);
    rust.save(join(folder, 'rust.json'));
    await (await trained('bpe', { vocabulary: 5000, min_count: 1 }, text)).save(folder);
    const merges = async (name: string): Promise<readonly string[]> =>
      JSON.parse(await readFile(join(folder, name), 'utf8')).model.merges.map((merge: string | string[]) => [merge].flat().join(' '));
    const [ours, theirs] = [await merges('tokenizer.json'), await merges('rust.json')];
    expect(ours.length).toBe(5000 - 256 - 2);
    expect(ours).toEqual(theirs.slice(0, ours.length));
  });
});
