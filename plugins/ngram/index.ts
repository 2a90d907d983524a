import { definePlugin, options, provide, service, TOKENIZER } from '../../core/index.ts';
import { NgramAttention } from './attend.ts';
import { NgramDecoder } from './decode.ts';
import { NgramEncoder } from './encode.ts';
import { NgramInspector } from './inspect.ts';
import { NgramModel } from './model.ts';
import { NgramOptions } from './options.ts';
import { NgramTrainer } from './train.ts';

export default definePlugin({
  name: 'ngram',
  contract: 1,
  about: 'n-grams of orders 1 to 6: counts, smoothed; learns in seconds and prices exactly.',
  stages: {
    encode: { ngram: provide([], () => new NgramEncoder()) },
    attend: { ngram: provide([NgramModel], (model) => new NgramAttention(model)) },
    decode: { ngram: provide([NgramModel], (model) => new NgramDecoder(model)) },
    train: { ngram: provide([NgramModel], (model) => new NgramTrainer(model)) },
    inspect: { ngram: provide([NgramModel], (model) => new NgramInspector(model)) },
  },
  options: { ngram: NgramOptions },
  declares: { ngram: { hidden: 'ids', predictions: ['categorical next'], likelihood: ['exact'], agreement: 'bitwise' } },
  services: [service(NgramModel, [options(NgramOptions), TOKENIZER], (settings, tokenizer) => new NgramModel(settings, tokenizer))],
});
