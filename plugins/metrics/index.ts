import { definePlugin, options, provide, TOKENIZER } from '../../core/declaring.ts';
import { DiversityOptions } from './options.ts';

export default definePlugin({
  name: 'metrics',
  contract: 1,
  about: 'How well held-out data is foreseen, and how varied and how new generated text is.',
  stages: {
    evaluate: {
      likelihood: provide([TOKENIZER], async (tokenizer) => new (await import('./likelihood.ts')).Likelihood(tokenizer)),
      diversity: provide([options(DiversityOptions)], async (settings) => new (await import('./diversity.ts')).Diversity(settings)),
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
