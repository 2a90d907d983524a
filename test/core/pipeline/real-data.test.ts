import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { open } from '../../../core/index.ts';
import { realData } from '../../real-data.ts';
import { workplace } from './workplace.ts';

const train = realData('gutenberg-lm/train.tok.txt');
const valid = realData('gutenberg-lm/valid.tok.txt');

test.skipIf(train.absent)(
  `agrees with KenLM on modified Kneser–Ney over words${train.why}`,
  async () => {
    await using pipeline = await open(
      {
        name: 'novels',
        data: { train: train.path, valid: valid.path, rows: 'lines' },
        stages: { tokenize: 'words', backend: 'ngram', sample: 'sampling', evaluate: 'likelihood' },
        backends: { ngram: { with: { order: 5 } } },
      },
      { models: join(await workplace(), 'models') },
    );
    const { likelihood } = await pipeline.evaluate({});
    // KenLM: lmplz -o 5, query: 131.36 with and 105.21 without unknown words
    expect(Math.abs(likelihood!.perplexity! - 131.36)).toBeLessThan(0.05);
    expect(Math.abs(likelihood!.perplexity_without_unknown! - 105.21)).toBeLessThan(0.05);
    const said = await lastValueFrom(pipeline.generate({ prompt: 'It was', count: 3 }).pipe(toArray()));
    for (const text of said) expect(text).toMatch(/^It was /);
  },
  180_000,
);
