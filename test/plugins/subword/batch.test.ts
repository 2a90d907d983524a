import { describe, expect, it } from 'vitest';
import { open } from '../../../plugins/subword/files/open.ts';
import { SubwordTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { absent, parting, readText, tokenizerFile, why } from './texts.ts';

describe.skipIf(absent)(`many texts at once${why}`, () => {
  const tokenizer = absent ? undefined! : new SubwordTokenizer('bert', open(tokenizerFile('bert-base-cased')));

  it('have the ids of each alone, in their order, however many threads', async () => {
    const texts = readText('pairs', 300_000).split('\n').concat('', 'x '.repeat(100_000), 'end');
    for (const threads of [1, 2]) {
      const rows = await tokenizer.tokenizeAll(texts, { threads });
      expect(rows).toHaveLength(texts.length);
      texts.forEach((text, i) => {
        if (i % 50 === 0 || i > texts.length - 4) expect(parting(rows[i]!, tokenizer.tokenize(text)), text.slice(0, 80)).toBeUndefined();
      });
    }
    expect(await tokenizer.tokenizeAll([])).toEqual([]);
  });

  it('end where it is asked, and at the first fault', async () => {
    const leaving = new AbortController();
    const working = tokenizer.tokenizeAll(
      Array.from({ length: 200 }, () => readText('plays', 100_000)),
      { signal: leaving.signal },
    );
    setTimeout(() => leaving.abort(), 50);
    await expect(working).rejects.toThrow();
    expect(leaving.signal.aborted).toBe(true);
    await expect(tokenizer.tokenizeAll(['a', 5 as never])).rejects.toMatchObject({ code: 'NOT_TEXT' });
  });
});
