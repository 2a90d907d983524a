import { definePlugin, options, provide, TOKENIZER } from '../../core/index.ts';
import { Diversity } from './diversity.ts';
import { Likelihood } from './likelihood.ts';
import { DiversityOptions } from './options.ts';

export default definePlugin({
  name: 'metrics',
  contract: 1,
  about: 'How well held-out data is foreseen, and how varied and how new generated text is.',
  stages: {
    evaluate: {
      likelihood: provide([TOKENIZER], (tokenizer) => new Likelihood(tokenizer)),
      diversity: provide([options(DiversityOptions)], (settings) => new Diversity(settings)),
    },
  },
  options: { diversity: DiversityOptions },
  declares: {
    likelihood: {
      about: 'How well held-out rows are foreseen: perplexity, bits a byte.',
      items: ['scored'],
      likelihood: ['exact', 'bound'],
    },
    diversity: {
      about: 'How varied samples are, and how many are copies of what was learned.',
      items: ['generated', 'training'],
      raw: 'text',
    },
  },
});
