import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open } from '../../../core/index.ts';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'held-'));
  await writeFile(join(home, 'rows.txt'), 'the quick brown fox\nthe lazy dog\nthe quick dog\n'.repeat(10));
});
afterAll(() => rm(home, { recursive: true }));

test.each(['unigram', 'bpe'])('the end of a prompt that %s spells in bytes, and holds back, is said once', async (use) => {
  const settings = use === 'bpe' ? { vocabulary: 300, alphabet: 'characters' } : { vocabulary: 300 };
  await using pipeline = await open(
    {
      name: use,
      data: { train: join(home, 'rows.txt') },
      stages: { tokenize: { use, with: settings }, backend: 'ngram', sample: 'greedy' },
    },
    { models: join(home, 'models') },
  );
  const tokenizer = await pipeline.tokenizer();
  for (const prompt of ['the ZZZ', 'the é', 'the 漢', 'the\n', 'the qu', '😀']) {
    const pieces = new Map<number, string>();
    for await (const { index, raw } of pipeline.stream({ prompt, count: 2, max_new_tokens: 6 }))
      pieces.set(index, (pieces.get(index) ?? '') + String(raw));
    for await (const { index, raw, row } of pipeline.samples({ prompt, count: 2, max_new_tokens: 6 })) {
      expect(raw, prompt).toBe(
        `${prompt}${String(tokenizer.detokenize(row.tokens)).slice(String(tokenizer.detokenize(tokenizer.tokenize(prompt))).length)}`,
      );
      expect(`${prompt}${pieces.get(index)}`, prompt).toBe(raw);
    }
  }
});
