import { backend, definePlugin, evaluator, TOKENIZER } from '../../core/declaring.ts';
import { familyOf, LatentOptions, VaeOptions, VaeTraining } from './options.ts';
import { TASKS } from './tasks.ts';

const vae = backend({
  name: 'vae',
  options: VaeOptions,
  training: VaeTraining,
  capabilities: (options) => ({
    hidden: 'latent',
    predictions: [{ kind: options.likelihood === 'logistic' ? 'logistic' : 'categorical', extent: 'whole' }],
    likelihood: [familyOf(options).use === 'autoencoder' ? 'none' : 'bound'],
    ...(options.conditional && { extras: ['given'] }),
    tasks: TASKS,
    agreement: 'tolerance',
  }),
  needs: { tokenizer: TOKENIZER },
  model: async ({ options, tokenizer }) => new (await import('./model.ts')).VaeModel(options, tokenizer),
  encode: async ({ model }) => new (await import('./encode.ts')).VaeEncoder(model),
  attend: async ({ model }) => new (await import('./attend.ts')).VaeAttention(model),
  decode: async ({ model }) => new (await import('./decode.ts')).VaeDecoder(model),
  train: async ({ model, training }) => new (await import('./train.ts')).VaeTrainer(model, training),
});

export default definePlugin({
  name: 'vae',
  contract: 2,
  about: 'Autoencoders, variational and plain: rows to codes and back, at once; samples, reconstructs, interpolates; prices by a bound.',
  stages: [
    vae,
    evaluator({
      name: 'latent',
      options: LatentOptions,
      capabilities: { items: ['real'] },
      within: vae,
      make: async ({ model, options }) => new (await import('./latent/evaluator.ts')).LatentEvaluator(model, options),
    }),
  ],
});
