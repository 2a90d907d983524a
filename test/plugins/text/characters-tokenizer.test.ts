import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { CharactersTokenizer } from '../../../plugins/text/characters-tokenizer.ts';
import { texts } from './source.ts';

const fitted = async (min_count: number, ...corpus: string[]): Promise<CharactersTokenizer> => {
  const tokenizer = new CharactersTokenizer({ min_count });
  await lastValueFrom(tokenizer.fit(texts(...corpus)));
  return tokenizer;
};

describe('characters', () => {
  it('gives ids to the characters of the training data, in the order of code points', async () => {
    const tokenizer = await fitted(1, 'ba', 'a😀');
    expect(tokenizer.vocabulary).toBe(6);
    expect([...tokenizer.tokenize('ab😀c')]).toEqual([3, 4, 5, 0]);
    expect(tokenizer.detokenize(Int32Array.of(1, 3, 0, 5, 2))).toBe('a\ufffd😀');
  });

  it('leaves out what is rarer than min_count', async () => {
    const tokenizer = await fitted(2, 'ba', 'a😀');
    expect(tokenizer.vocabulary).toBe(4);
    expect([...tokenizer.tokenize('ab')]).toEqual([3, 0]);
  });

  it('finds its way back through all it has seen, at once and as it grows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const tokenizer = await fitted(1, `${text}.`);
        const tokens = tokenizer.tokenize(text);
        expect(tokenizer.detokenize(tokens)).toBe(text);
        const detokenizer = tokenizer.detokenizer();
        expect([...tokens].map((id) => detokenizer.push(Int32Array.of(id))).join('') + detokenizer.end()).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('cuts no pair in two where a long text is counted in pieces', async () => {
    const tokenizer = await fitted(1, `x${'😀'.repeat(200_000)}`);
    expect(tokenizer.vocabulary).toBe(5);
  });

  it('leaves the event loop free while it counts, and stops when left', async () => {
    const tokenizer = new CharactersTokenizer({ min_count: 1 });
    const long = 'abcdefgh'.repeat(4_000_000);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const words = await lastValueFrom(tokenizer.fit(texts(long)).pipe(toArray()));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(2);
    expect(words.at(-1)).toEqual({ done: 1, total: 1, unit: 'rows' });
    let served = 0;
    const endless = async function* (): AsyncGenerator<string> {
      for (;;) yield String(served++);
    };
    const other = new CharactersTokenizer({ min_count: 1 });
    await new Promise<void>((resolve) => {
      const fitting = other.fit(endless()).subscribe(() => {
        fitting.unsubscribe();
        resolve();
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const settled = served;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(served).toBe(settled);
    expect(() => other.vocabulary).toThrow(expect.objectContaining({ code: 'TEXT_NOT_FITTED' }));
  });

  it('is kept in vocabulary.json, and changes its fingerprint with its ids alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'characters-'));
    const tokenizer = await fitted(1, 'grün');
    await tokenizer.save(folder);
    const again = new CharactersTokenizer({ min_count: 1 });
    await again.load(folder);
    expect(again.fingerprint).toBe(tokenizer.fingerprint);
    expect(again.tokenize('rügen')).toEqual(tokenizer.tokenize('rügen'));
    expect((await fitted(1, 'nürg', 'n')).fingerprint).toBe(tokenizer.fingerprint);
    expect((await fitted(1, 'gruen')).fingerprint).not.toBe(tokenizer.fingerprint);
  });

  it('refuses a spoilt vocabulary.json', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'characters-'));
    const file = join(folder, 'vocabulary.json');
    const tokenizer = await fitted(1, 'ab');
    await tokenizer.save(folder);
    const good = JSON.parse(await readFile(file, 'utf8'));
    const bad = ['', '{', 'null', '[]', { ...good, version: 2 }, { ...good, tokenizer: 'words' }, { ...good, settings: { x: 1 } }];
    const entries = [[], 'ab', ['a', 'a'], ['a', 'bc'], ['a', ''], ['a', 1], undefined];
    for (const content of [...bad, ...entries.map((list) => ({ ...good, entries: list }))]) {
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
      await expect(tokenizer.load(folder)).rejects.toMatchObject({ code: 'TEXT_BAD_VOCABULARY' });
    }
    await expect(tokenizer.load(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'TEXT_BAD_VOCABULARY' });
    expect([...tokenizer.tokenize('ab')]).toEqual([3, 4]);
  });

  it('learns nothing from nothing', async () => {
    await expect(fitted(1)).rejects.toMatchObject({ code: 'TEXT_NOTHING_LEARNED' });
    await expect(fitted(3, 'aabb')).rejects.toMatchObject({ code: 'TEXT_NOTHING_LEARNED' });
    await expect(fitted(1, 5 as never)).rejects.toMatchObject({ code: 'TEXT_NOT_TEXT' });
    expect(() => new CharactersTokenizer({ min_count: 1 }).tokenize('a')).toThrow(expect.objectContaining({ code: 'TEXT_NOT_FITTED' }));
  });

  it('refuses foreign ids', async () => {
    const tokenizer = await fitted(1, 'ab');
    for (const id of [5, -1])
      expect(() => tokenizer.detokenize(Int32Array.of(id))).toThrow(expect.objectContaining({ code: 'TEXT_UNKNOWN_ID' }));
  });
});
