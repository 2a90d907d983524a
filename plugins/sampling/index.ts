import { definePlugin, options, provide } from '../../core/declaring.ts';
import { GreedyOptions, SamplingOptions } from './options.ts';
import { greedily, usable } from './usable.ts';

export default definePlugin({
  name: 'sampling',
  contract: 1,
  about: 'The likeliest next token, or one drawn by chance with temperature, top-k, top-p, min-p and a penalty for repetition.',
  stages: {
    sample: {
      greedy: provide([options(GreedyOptions)], async (settings) => new (await import('./greedy.ts')).Greedy(settings)),
      sampling: provide([options(SamplingOptions)], async (settings) => new (await import('./sampling.ts')).Sampling(settings)),
    },
  },
  options: { greedy: GreedyOptions, sampling: SamplingOptions },
  declares: { greedy: greedily, sampling: usable },
});
