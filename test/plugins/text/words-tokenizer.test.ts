import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import type { Static } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { WordsOptions } from '../../../plugins/text/options.ts';
import { WordsTokenizer } from '../../../plugins/text/words-tokenizer.ts';
import { texts } from './source.ts';

const plain: Static<typeof WordsOptions> = { lowercase: false, punctuation: 'keep', min_count: 1 };

const fitted = async (settings: Partial<typeof plain>, ...corpus: string[]): Promise<WordsTokenizer> => {
  const tokenizer = new WordsTokenizer({ ...plain, ...settings });
  await lastValueFrom(tokenizer.fit(texts(...corpus)));
  return tokenizer;
};

/** The words of a text, each by the id it has after the tokenizer learned from that text alone. */
const words = async (settings: Partial<typeof plain>, text: string): Promise<string[]> => {
  const tokenizer = await fitted(settings, text);
  return [...tokenizer.tokenize(text)].map((id) => tokenizer.detokenize(Int32Array.of(id)));
};

describe('words', () => {
  it('splits at white space, and gives the smallest ids to the most frequent words', async () => {
    const tokenizer = await fitted({}, 'the cat  the\tdog', 'cat the ox');
    expect([...tokenizer.tokenize('the cat dog ox cow')]).toEqual([3, 4, 5, 6, 0]);
    expect(tokenizer.detokenize(Int32Array.of(1, 4, 0, 3, 2))).toBe('cat <unk> the');
    expect(tokenizer.vocabulary).toBe(7);
  });

  it('lowercase: capitals become small letters', async () => {
    expect(await words({ lowercase: true }, 'Rot ROT rot')).toEqual(['rot', 'rot', 'rot']);
    expect(await words({}, 'Rot rot')).toEqual(['Rot', 'rot']);
  });

  it('punctuation: split takes it from the words, one character each', async () => {
    expect(await words({ punctuation: 'split' }, '“Don’t,” she said—50% wrong...')).toEqual([
      '“',
      'Don’t',
      ',',
      '”',
      'she',
      'said',
      '—',
      '50',
      '%',
      'wrong',
      '.',
      '.',
      '.',
    ]); // prettier to read in one line
    expect(await words({ punctuation: 'keep' }, '“Don’t,” she')).toEqual(['“Don’t,”', 'she']);
  });

  it('min_count: rarer words are unknown', async () => {
    const tokenizer = await fitted({ min_count: 2 }, 'a b a c b');
    expect([...tokenizer.tokenize('a b c')]).toEqual([3, 4, 0]);
  });

  it('reads <unk> as the unknown word, however it splits', async () => {
    for (const punctuation of ['keep', 'split'] as const) {
      const tokenizer = await fitted({ punctuation }, 'a <unk> b <unk>');
      expect([...tokenizer.tokenize('a <unk> b')]).toEqual([3, 0, 4]);
    }
  });

  it('splits at all white space of Unicode, as \\s does', async () => {
    const tokenizer = await fitted({}, 'x');
    for (let unit = 0; unit < 0xd800; unit++) {
      const between = String.fromCharCode(unit);
      if ((tokenizer.tokenize(`x${between}x`).length === 2) !== /\s/.test(between)) expect.fail(`U+${unit.toString(16)}`);
    }
    expect(tokenizer.tokenize('x\ufeffx')).toHaveLength(2);
  });

  it('joined by a space, known words come back, streamed or not', async () => {
    const word = fc.stringMatching(/^[a-z\u00e0-\u00ff]{1,20}$/);
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 4 }), async (list, step) => {
        const text = list.join(' ');
        const tokenizer = await fitted({}, text);
        const tokens = tokenizer.tokenize(text);
        expect(tokenizer.detokenize(tokens)).toBe(text);
        const detokenizer = tokenizer.detokenizer();
        let said = '';
        for (let at = 0; at < tokens.length; at += step) said += detokenizer.push(tokens.subarray(at, at + step));
        expect(said + detokenizer.end()).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('cuts no word in two where a long text is counted in pieces', async () => {
    const tokenizer = await fitted({}, 'longish '.repeat(30_000));
    expect(tokenizer.vocabulary).toBe(4);
  });

  it('is kept in vocabulary.json with its settings', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'words-'));
    const tokenizer = await fitted({ lowercase: true }, 'Alpha beta \ud800 alpha');
    await tokenizer.save(folder);
    const again = new WordsTokenizer({ ...plain, lowercase: true });
    await again.load(folder);
    expect(again.fingerprint).toBe(tokenizer.fingerprint);
    expect(again.tokenize('BETA alpha \ud800')).toEqual(tokenizer.tokenize('beta ALPHA \ud800'));
    await expect(new WordsTokenizer(plain).load(folder)).rejects.toMatchObject({ code: 'TEXT_BAD_VOCABULARY' });
    expect((await fitted({}, 'alpha beta \ud800 alpha')).fingerprint).not.toBe(tokenizer.fingerprint);
  });

  it('refuses foreign ids, what is not text, and to work untaught', async () => {
    const tokenizer = await fitted({}, 'a');
    for (const id of [4, -1])
      expect(() => tokenizer.detokenize(Int32Array.of(id))).toThrow(expect.objectContaining({ code: 'TEXT_UNKNOWN_ID' }));
    expect(() => tokenizer.tokenize(null as never)).toThrow(expect.objectContaining({ code: 'TEXT_NOT_TEXT' }));
    expect(() => new WordsTokenizer(plain).fingerprint).toThrow(expect.objectContaining({ code: 'TEXT_NOT_FITTED' }));
    await expect(fitted({}, ' \n')).rejects.toMatchObject({ code: 'TEXT_NOTHING_LEARNED' });
    await expect(fitted({}, '<unk>')).rejects.toMatchObject({ code: 'TEXT_NOTHING_LEARNED' });
  });
});
