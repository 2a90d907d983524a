import { definePlugin, processor, sampler } from '../../core/declaring.ts';
import {
  GreedyOptions,
  MinPOptions,
  RepetitionPenaltyOptions,
  SamplingOptions,
  TemperatureOptions,
  TopKOptions,
  TopPOptions,
} from './options.ts';
import { greedily, LOGITS, PLAIN, usable } from './usable.ts';

export default definePlugin({
  name: 'sampling',
  contract: 2,
  about: 'The likeliest next token, or one drawn by chance with temperature, top-k, top-p, min-p and a penalty for repetition.',
  stages: [
    processor({
      name: 'temperature',
      about: 'Divides logits by a temperature.',
      options: TemperatureOptions,
      capabilities: LOGITS,
      make: async ({ options }) => new (await import('./processors/temperature.ts')).TemperatureProcessor(options),
    }),
    processor({
      name: 'top_k',
      about: 'Leaves the k most likely ids.',
      options: TopKOptions,
      capabilities: LOGITS,
      make: async ({ options }) => new (await import('./processors/top-k.ts')).TopKProcessor(options),
    }),
    processor({
      name: 'top_p',
      about: 'Leaves the fewest likeliest ids that together have a probability.',
      options: TopPOptions,
      capabilities: LOGITS,
      make: async ({ options }) => new (await import('./processors/top-p.ts')).TopPProcessor(options),
    }),
    processor({
      name: 'min_p',
      about: 'Leaves ids with at least a share of the likeliest one’s probability.',
      options: MinPOptions,
      capabilities: LOGITS,
      make: async ({ options }) => new (await import('./processors/min-p.ts')).MinPProcessor(options),
    }),
    processor({
      name: 'repetition_penalty',
      about: 'Takes down the logits of ids that the row holds already.',
      options: RepetitionPenaltyOptions,
      make: async ({ options }) => new (await import('./processors/repetition-penalty.ts')).RepetitionPenaltyProcessor(options),
    }),
    sampler({
      name: 'greedy',
      about: 'Always the likeliest id, with a penalty for repetition.',
      options: GreedyOptions,
      capabilities: greedily,
      make: async ({ options }) => new (await import('./greedy.ts')).Greedy(options),
    }),
    sampler({
      name: 'multinomial',
      about: 'Draws by chance from what is predicted, or from what processors left of it.',
      make: async () => new (await import('./sampling.ts')).Sampling(PLAIN),
    }),
    sampler({
      name: 'sampling',
      about: 'Draws by chance, with temperature, top-k, top-p, min-p and a penalty for repetition: the usual processors in one.',
      options: SamplingOptions,
      capabilities: usable,
      make: async ({ options }) => new (await import('./sampling.ts')).Sampling(options),
    }),
  ],
});
