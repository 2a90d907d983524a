import { backend, definePlugin, TOKENIZER } from '../../core/declaring.ts';
import { NgramOptions } from './options.ts';

export default definePlugin({
  name: 'ngram',
  contract: 2,
  about: 'n-grams of orders 1 to 6: counts, smoothed; learns in seconds and prices exactly.',
  stages: [
    backend({
      name: 'ngram',
      options: NgramOptions,
      capabilities: {
        hidden: 'ids',
        predictions: [{ kind: 'categorical', extent: 'next' }],
        likelihood: ['exact'],
        agreement: 'bitwise',
      },
      needs: { tokenizer: TOKENIZER },
      model: async ({ options, tokenizer }) => new (await import('./model.ts')).NgramModel(options, tokenizer),
      encode: async () => new (await import('./encode.ts')).NgramEncoder(),
      attend: async ({ model }) => new (await import('./attend.ts')).NgramAttention(model),
      decode: async ({ model }) => new (await import('./decode.ts')).NgramDecoder(model),
      train: async ({ model }) => new (await import('./train.ts')).NgramTrainer(model),
      inspect: async ({ model }) => new (await import('./inspect.ts')).NgramInspector(model),
    }),
  ],
});
