import { definePlugin, options, provide } from '../../core/declaring.ts';
import { SamplingOptions } from './options.ts';
import { ALL, usable } from './usable.ts';

export default definePlugin({
  name: 'sampling',
  contract: 1,
  about: 'The likeliest next token, or one drawn by chance with temperature, top-k, top-p, min-p and a penalty for repetition.',
  stages: {
    sample: {
      greedy: provide([], async () => new (await import('./greedy.ts')).Greedy()),
      sampling: provide([options(SamplingOptions)], async (settings) => new (await import('./sampling.ts')).Sampling(settings)),
    },
  },
  options: { sampling: SamplingOptions },
  declares: { greedy: ALL, sampling: usable },
});
