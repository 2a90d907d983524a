import { definePlugin, evaluator, TOKENIZER } from '../../core/declaring.ts';
import { DiversityOptions } from './options.ts';

export default definePlugin({
  name: 'metrics',
  contract: 2,
  about: 'How well held-out data is foreseen, and how varied and how new generated text is.',
  stages: [
    evaluator({
      name: 'likelihood',
      about: 'How well held-out rows are foreseen: perplexity, bits a byte.',
      capabilities: { items: ['scored'], likelihood: ['exact', 'bound'] },
      needs: { tokenizer: TOKENIZER },
      make: async ({ tokenizer }) => new (await import('./likelihood.ts')).Likelihood(tokenizer),
    }),
    evaluator({
      name: 'diversity',
      about: 'How varied samples are, and how many are copies of what was learned.',
      options: DiversityOptions,
      capabilities: { items: ['generated', 'training'], raw: 'text' },
      make: async ({ options }) => new (await import('./diversity.ts')).Diversity(options),
    }),
  ],
});
