import type { Static } from 'typebox';
import { type Declares, definePlugin, options, provide, service, TOKENIZER } from '../../core/index.ts';
import { VaeAttention } from './attend.ts';
import { VaeDecoder } from './decode.ts';
import { VaeEncoder } from './encode.ts';
import { LatentEvaluator } from './latent/evaluator.ts';
import { VaeModel } from './model.ts';
import { familyOf, LatentOptions, VaeOptions, VaeTraining } from './options.ts';
import { TASKS } from './tasks.ts';
import { VaeTrainer } from './train.ts';

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
    encode: { vae: provide([VaeModel], (model) => new VaeEncoder(model)) },
    attend: { vae: provide([VaeModel], (model) => new VaeAttention(model)) },
    decode: { vae: provide([VaeModel], (model) => new VaeDecoder(model)) },
    train: { vae: provide([VaeModel, options(VaeTraining)], (model, settings) => new VaeTrainer(model, settings)) },
    evaluate: { latent: provide([VaeModel, options(LatentOptions)], (model, settings) => new LatentEvaluator(model, settings)) },
  },
  options: { vae: VaeOptions, latent: LatentOptions },
  training: { vae: VaeTraining },
  declares: { vae: declares, latent: { items: ['real'], within: 'vae' } },
  services: [service(VaeModel, [options(VaeOptions), TOKENIZER], (settings, tokenizer) => new VaeModel(settings, tokenizer))],
});
