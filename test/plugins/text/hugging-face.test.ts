import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { lastValueFrom } from 'rxjs';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artifact, FittedTokenizer, Tokenizer } from '../../../core/index.ts';
import { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { BytesTokenizer } from '../../../plugins/text/bytes-tokenizer.ts';
import { CharactersTokenizer } from '../../../plugins/text/characters-tokenizer.ts';
import { WordsTokenizer } from '../../../plugins/text/words-tokenizer.ts';
import { texts } from './source.ts';

type Kept = Tokenizer<string> & Artifact;

env.allowRemoteModels = false;
const home = await mkdtemp(join(tmpdir(), 'text-others-'));
afterAll(() => rm(home, { recursive: true }));

const CORPUS = [
  'The quick brown fox — “don’t panic”, she said; it’s 42% of 1,000 (or <unk>?) constructor toString __proto__ 1 2 10',
  'été e\u0301 😀 漢字 שלום\u00a0עולם naïve ΟΔΟΣ İstanbul ß ﬁ \u200dx a\u0085b c\ufeffd e\u2028f\u3000g',
  '  two  spaces\tand a tab, ▁underscore ▁ ĠG <0x41> <s> </s> [UNK] \ufffd ##it',
];

const ODD = [
  ...CORPUS,
  '',
  ' ',
  ' leading and trailing ',
  "A FOX, a fox. A Fox? \"fox's\" fox’ ’fox o''clock",
  'unknown: ж ⚠️ 👩‍👩‍👧 \u0000\u0007 zzz',
  'a\u0085b c\ufeffd e\u2028f',
  'x<unk>y <UNK> <unk><unk> < unk > a<unk',
  'line\nline\r\nline\n',
];

const learned = async <T extends FittedTokenizer<string>>(tokenizer: T, corpus: readonly string[] = CORPUS): Promise<T> => {
  await lastValueFrom(tokenizer.fit(texts(...corpus)));
  return tokenizer;
};
const words = (lowercase: boolean, punctuation: 'keep' | 'split', min_count = 1): WordsTokenizer =>
  new WordsTokenizer({ lowercase, punctuation, min_count });

const LATIN = CORPUS.map((text) => text.replaceAll(/[Α-Ωα-ως]/g, 'x'));

const made: Readonly<Record<string, () => Promise<Kept> | Kept>> = {
  bytes: () => new BytesTokenizer(),
  characters: () => learned(new CharactersTokenizer({ min_count: 1 })),
  'characters, rare ones unknown': () => learned(new CharactersTokenizer({ min_count: 3 })),
  'characters, half a pair among them': () => learned(new CharactersTokenizer({ min_count: 1 }), [...CORPUS, 'a\ud800b\udc00']),
  words: () => learned(words(false, 'keep')),
  'words, punctuation apart': () => learned(words(false, 'split')),
  'words in small letters': () => learned(words(true, 'keep'), LATIN),
  'words in small letters, punctuation apart, rare ones unknown': () => learned(words(true, 'split', 2), LATIN),
  'words, those that others begin and end with among them': () =>
    learned(words(false, 'keep'), [...CORPUS, '<|start|> <|stop|> <<|start|>>']),
  'words, half a pair among them': () => learned(words(false, 'keep'), [...CORPUS, 'a\ud800 b\udc00 <|half 3|>']),
};

describe('what is saved has the same ids for others', () => {
  for (const [name, make] of Object.entries(made))
    it(name, async () => {
      const tokenizer = await make();
      const folder = await mkdtemp(join(home, 'of-'));
      await tokenizer.save(folder);
      const [js, rust] = [await AutoTokenizer.from_pretrained(folder), RustTokenizer.fromFile(join(folder, 'tokenizer.json'))];
      const again = new SubwordTokenizer('again');
      await again.load(folder);
      expect([again.start, again.stop, again.unknown, again.vocabulary]).toEqual([
        tokenizer.start,
        tokenizer.stop,
        tokenizer.unknown,
        tokenizer.vocabulary,
      ]);
      for (const text of ODD) {
        const ids = Array.from(tokenizer.tokenize(text));
        const { start } = tokenizer;
        expect(js.encode(text, { add_special_tokens: false }), text).toEqual(ids);
        expect(js.encode(text), text).toEqual([start, ...ids]);
        expect((await rust.encode(text)).getIds(), text).toEqual([start, ...ids]);
        expect([...again.tokenize(text)], text).toEqual(ids);
        const row = [start!, ...ids, tokenizer.stop!];
        const spelled = tokenizer.detokenize(Int32Array.from(row));
        expect(js.decode(row, { skip_special_tokens: true }), text).toBe(spelled);
        expect(await rust.decode(row, true), text).toBe(spelled);
        const { engine } = again; // to which what is unknown is special, and no part of a text, as to the library in Python
        expect(engine.detokenize(Int32Array.from(ids), { special: true }), text).toBe(spelled);
      }
    });

  it('words in small letters that hold a sigma are not written for others, who lower a last Σ otherwise', async () => {
    const folder = await mkdtemp(join(home, 'sigma-'));
    await (await learned(words(true, 'keep'), ['ΟΔΟΣ'])).save(folder);
    expect(await readdir(folder)).toEqual(['vocabulary.json']);
    const rust = RustTokenizer.fromString(
      JSON.stringify({
        version: '1.0',
        added_tokens: [],
        normalizer: { type: 'Lowercase' },
        model: { type: 'WordLevel', vocab: { x: 0, οδοσ: 1, οδος: 2 }, unk_token: 'x' },
      }),
    );
    expect((await rust.encode('ΟΔΟΣ')).getIds()).toEqual([1]);
    expect('ΟΔΟΣ'.toLowerCase()).toBe('οδος');
  });
});

describe('what was learned', () => {
  it('is still read where older models keep it, and only there if it is ours', async () => {
    const folder = await mkdtemp(join(home, 'older-'));
    const tokenizer = await learned(words(false, 'keep'));
    await tokenizer.save(folder);
    const foreign = await readFile(join(folder, 'tokenizer.json'));
    await rename(join(folder, 'vocabulary.json'), join(folder, 'tokenizer.json'));
    const again = words(false, 'keep');
    await again.load(folder);
    expect(again.fingerprint).toBe(tokenizer.fingerprint);
    await writeFile(join(folder, 'tokenizer.json'), foreign);
    await expect(again.load(folder)).rejects.toMatchObject({
      code: 'TEXT_BAD_VOCABULARY',
      message: expect.stringContaining('vocabulary.json'),
    });
  });
});
