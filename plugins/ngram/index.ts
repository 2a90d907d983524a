import { definePlugin, Key, options, provide, service, TOKENIZER } from '../../core/declaring.ts';
import type { NgramModel } from './model.ts';
import { NgramOptions } from './options.ts';

const MODEL = new Key<NgramModel>(Symbol('ngram'));

export default definePlugin({
  name: 'ngram',
  contract: 1,
  about: 'n-grams of orders 1 to 6: counts, smoothed; learns in seconds and prices exactly.',
  stages: {
    encode: { ngram: provide([], async () => new (await import('./encode.ts')).NgramEncoder()) },
    attend: { ngram: provide([MODEL], async (model) => new (await import('./attend.ts')).NgramAttention(model)) },
    decode: { ngram: provide([MODEL], async (model) => new (await import('./decode.ts')).NgramDecoder(model)) },
    train: { ngram: provide([MODEL], async (model) => new (await import('./train.ts')).NgramTrainer(model)) },
    inspect: { ngram: provide([MODEL], async (model) => new (await import('./inspect.ts')).NgramInspector(model)) },
  },
  options: { ngram: NgramOptions },
  declares: { ngram: { hidden: 'ids', predictions: ['categorical next'], likelihood: ['exact'], agreement: 'bitwise' } },
  services: [
    service(
      MODEL,
      [options(NgramOptions), TOKENIZER],
      async (settings, tokenizer) => new (await import('./model.ts')).NgramModel(settings, tokenizer),
    ),
  ],
});
