import { definePlugin, options, provide } from '../../core/index.ts';
import { Greedy } from './greedy.ts';
import { SamplingOptions } from './options.ts';
import { Sampling } from './sampling.ts';
import { ALL, usable } from './usable.ts';

export default definePlugin({
  name: 'sampling',
  contract: 1,
  about: 'The likeliest next token, or one drawn by chance with temperature, top-k, top-p, min-p and a penalty for repetition.',
  stages: {
    sample: {
      greedy: provide([], () => new Greedy()),
      sampling: provide([options(SamplingOptions)], (settings) => new Sampling(settings)),
    },
  },
  options: { sampling: SamplingOptions },
  declares: { greedy: ALL, sampling: usable },
});
