import type { Static } from 'typebox';
import { type Declares, definePlugin, Key, options, provide, service, TOKENIZER } from '../../core/declaring.ts';
import type { VaeModel } from './model.ts';
import { familyOf, LatentOptions, VaeOptions, VaeTraining } from './options.ts';
import { TASKS } from './tasks.ts';

const MODEL = new Key<VaeModel>(Symbol('vae'));

const declares = (settings: Static<typeof VaeOptions>): Declares => ({
  hidden: 'latent',
  predictions: [settings.likelihood === 'logistic' ? 'logistic whole' : 'categorical whole'],
  likelihood: [familyOf(settings).use === 'autoencoder' ? 'none' : 'bound'],
  ...(settings.conditional && { extras: ['given'] as const }),
  tasks: TASKS,
  agreement: 'tolerance',
});

export default definePlugin({
  name: 'vae',
  contract: 1,
  about: 'Autoencoders, variational and plain: rows to codes and back, at once; samples, reconstructs, interpolates; prices by a bound.',
  stages: {
    encode: { vae: provide([MODEL], async (model) => new (await import('./encode.ts')).VaeEncoder(model)) },
    attend: { vae: provide([MODEL], async (model) => new (await import('./attend.ts')).VaeAttention(model)) },
    decode: { vae: provide([MODEL], async (model) => new (await import('./decode.ts')).VaeDecoder(model)) },
    train: {
      vae: provide([MODEL, options(VaeTraining)], async (model, settings) => new (await import('./train.ts')).VaeTrainer(model, settings)),
    },
    evaluate: {
      latent: provide(
        [MODEL, options(LatentOptions)],
        async (model, settings) => new (await import('./latent/evaluator.ts')).LatentEvaluator(model, settings),
      ),
    },
  },
  options: { vae: VaeOptions, latent: LatentOptions },
  training: { vae: VaeTraining },
  declares: { vae: declares, latent: { items: ['real'], within: 'vae' } },
  services: [
    service(
      MODEL,
      [options(VaeOptions), TOKENIZER],
      async (settings, tokenizer) => new (await import('./model.ts')).VaeModel(settings, tokenizer),
    ),
  ],
});
