import { definePlugin, Key, MODELS, options, provide, service, TOKENIZER } from '../../core/declaring.ts';
import { errors } from './errors.ts';
import type { GanModel } from './model.ts';
import { GanOptions, type GanSettings, GanTraining, isUnbounded, RealismOptions, TASKS, type TrainingSettings } from './options.ts';

const MODEL = new Key<GanModel>(Symbol('gan'));

export default definePlugin({
  name: 'gan',
  contract: 1,
  about: 'Generative adversarial networks: rows out of noise, learned against a discriminator; no likelihood.',
  stages: {
    encode: { gan: provide([MODEL], async (model) => new (await import('./encode.ts')).GanEncoder(model)) },
    attend: { gan: provide([], async () => new (await import('./attend.ts')).GanAttention()) },
    decode: { gan: provide([MODEL], async (model) => new (await import('./decode.ts')).GanDecoder(model)) },
    train: {
      gan: provide([MODEL, options(GanTraining)], async (model, settings) => new (await import('./train.ts')).GanTrainer(model, settings)),
    },
    evaluate: {
      realism: provide(
        [options(RealismOptions), MODELS],
        async ({ model }, open) => new (await import('./realism.ts')).Realism(model, open),
      ),
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
  conflicts: {
    gan: (settings: GanSettings, training: TrainingSettings | undefined) =>
      training && isUnbounded(settings, training) ? [{ path: ['train', 'game'], message: errors.GAN_UNBOUNDED().message }] : [],
  },
  services: [
    service(
      MODEL,
      [options(GanOptions), TOKENIZER],
      async (settings, tokenizer) => new (await import('./model.ts')).GanModel(settings, tokenizer),
    ),
  ],
});
