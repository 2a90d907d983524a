import { definePlugin, sampler } from '../../core/declaring.ts';
import { GreedyOptions, SamplingOptions } from './options.ts';
import { greedily, usable } from './usable.ts';

export default definePlugin({
  name: 'sampling',
  contract: 2,
  about: 'The likeliest next token, or one drawn by chance with temperature, top-k, top-p, min-p and a penalty for repetition.',
  stages: [
    sampler({
      name: 'greedy',
      about: 'Always the likeliest id, with a penalty for repetition.',
      options: GreedyOptions,
      capabilities: greedily,
      make: async ({ options }) => new (await import('./greedy.ts')).Greedy(options),
    }),
    sampler({
      name: 'sampling',
      about: 'Draws by chance, with temperature, top-k, top-p, min-p and a penalty for repetition.',
      options: SamplingOptions,
      capabilities: usable,
      make: async ({ options }) => new (await import('./sampling.ts')).Sampling(options),
    }),
  ],
});
