import { backend, definePlugin, evaluator, MODELS, TOKENIZER } from '../../core/declaring.ts';
import { errors } from './errors.ts';
import { GanOptions, GanTraining, isUnbounded, RealismOptions, TASKS } from './options.ts';

export default definePlugin({
  name: 'gan',
  contract: 2,
  about: 'Generative adversarial networks: rows out of noise, learned against a discriminator; no likelihood.',
  stages: [
    backend({
      name: 'gan',
      options: GanOptions,
      training: GanTraining,
      capabilities: ({ condition }) => ({
        hidden: 'noise',
        predictions: [{ kind: 'point', extent: 'whole' }],
        likelihood: ['none'],
        agreement: 'bitwise',
        tasks: TASKS,
        ...(condition !== 'none' && { extras: ['given'] }),
      }),
      conflicts: (options, training) =>
        training && isUnbounded(options, training) ? [{ path: ['train', 'game'], message: errors.GAN_UNBOUNDED().message }] : [],
      needs: { tokenizer: TOKENIZER },
      model: async ({ options, tokenizer }) => new (await import('./model.ts')).GanModel(options, tokenizer),
      encode: async ({ model }) => new (await import('./encode.ts')).GanEncoder(model),
      attend: async () => new (await import('./attend.ts')).GanAttention(),
      decode: async ({ model }) => new (await import('./decode.ts')).GanDecoder(model),
      train: async ({ model, training }) => new (await import('./train.ts')).GanTrainer(model, training),
    }),
    evaluator({
      name: 'realism',
      options: RealismOptions,
      // without a model it fits no tokenizer, so that it is left out where every measure that applies is wanted
      capabilities: { items: ['generated', 'real'] },
      needs: { models: MODELS },
      make: async ({ options, models }) => new (await import('./realism.ts')).Realism(options.model, models),
    }),
  ],
});
