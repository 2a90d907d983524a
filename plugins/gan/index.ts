import { definePlugin, MODELS, options, provide, service, TOKENIZER } from '../../core/index.ts';
import { GanAttention } from './attend.ts';
import { GanDecoder } from './decode.ts';
import { GanEncoder } from './encode.ts';
import { GanModel } from './model.ts';
import { GanOptions, type GanSettings, GanTraining, RealismOptions } from './options.ts';
import { Realism } from './realism.ts';
import { TASKS } from './tasks.ts';
import { GanTrainer } from './train.ts';

export default definePlugin({
  name: 'gan',
  contract: 1,
  about: 'Generative adversarial networks: rows out of noise, learned against a discriminator; no likelihood.',
  stages: {
    encode: { gan: provide([GanModel], (model) => new GanEncoder(model)) },
    attend: { gan: provide([], () => new GanAttention()) },
    decode: { gan: provide([GanModel], (model) => new GanDecoder(model)) },
    train: { gan: provide([GanModel, options(GanTraining)], (model, settings) => new GanTrainer(model, settings)) },
    evaluate: {
      realism: provide([options(RealismOptions), MODELS], ({ model }, open) => new Realism(model, open)),
    },
  },
  options: { gan: GanOptions, realism: RealismOptions },
  training: { gan: GanTraining },
  declares: {
    gan: ({ condition }: GanSettings) => ({
      hidden: 'noise',
      predictions: ['point whole'] as const,
      likelihood: ['none'] as const,
      agreement: 'bitwise' as const,
      tasks: TASKS,
      ...(condition !== 'none' && { extras: ['given'] as const }),
    }),
    // without a model it fits no tokenizer, so that it is left out where every measure that applies is wanted
    realism: { items: ['generated', 'real'] },
  },
  services: [service(GanModel, [options(GanOptions), TOKENIZER], (settings, tokenizer) => new GanModel(settings, tokenizer))],
});
