import { lastValueFrom } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { NgramDecoder } from '../../../plugins/ngram/decode.ts';
import { NgramModel } from '../../../plugins/ngram/model.ts';
import { NgramTrainer } from '../../../plugins/ngram/train.ts';
import { absent, readGutenberg, why } from './gutenberg.ts';

describe.skipIf(absent)(`Kneser–Ney beside KenLM${why}`, () => {
  test('gives words of order 5 the perplexities that lmplz -o 5 and query print', async () => {
    const { tokenizer, train, valid, unknown } = readGutenberg();
    const model = new NgramModel({ order: 5, smoothing: 'kneser-ney' }, tokenizer);
    await lastValueFrom(new NgramTrainer(model).train(train, { random: createRandom(1), signal: new AbortController().signal }));
    const decoder = new NgramDecoder(model);
    const including = { nats: 0, tokens: 0 };
    const excluding = { nats: 0, tokens: 0 };
    for (const { tokens } of valid) {
      const targets = tokens.subarray(1);
      const [nats] = decoder.price([tokens.subarray(0, -1)], [targets]);
      for (const [at, cost] of nats!.entries()) {
        for (const sum of targets[at] === unknown ? [including] : [including, excluding]) {
          sum.nats += cost;
          sum.tokens++;
        }
      }
    }
    expect(including.tokens).toBe(226_417 + 10_295);
    expect(Math.exp(including.nats / including.tokens)).toBeCloseTo(131.36, 2);
    expect(Math.exp(excluding.nats / excluding.tokens)).toBeCloseTo(105.21, 2);
  });
});
