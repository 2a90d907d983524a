import { definePlugin, options, provide, service, TOKENIZER } from '../../core/index.ts';
import { TransformerAttention } from './attend.ts';
import { TransformerDecoder } from './decode.ts';
import { TransformerEncoder } from './encode.ts';
import { TransformerInspector } from './inspect.ts';
import { adopt } from './loading/adopt.ts';
import { TransformerModel } from './model.ts';
import { TransformerOptions } from './options.ts';
import { TransformerTrainer } from './train.ts';
import { TransformerTraining } from './training/settings.ts';

export default definePlugin({
  name: 'transformer',
  contract: 1,
  about: 'Transformers: GPT and LLaMA shapes, trained here or loaded, read with a cache.',
  stages: {
    encode: { transformer: provide([TransformerModel], (model) => new TransformerEncoder(model)) },
    attend: { transformer: provide([TransformerModel], (model) => new TransformerAttention(model)) },
    decode: { transformer: provide([TransformerModel], (model) => new TransformerDecoder(model)) },
    inspect: { transformer: provide([TransformerModel], (model) => new TransformerInspector(model)) },
    train: {
      transformer: provide([TransformerModel, options(TransformerTraining)], (model, settings) => new TransformerTrainer(model, settings)),
    },
  },
  options: { transformer: TransformerOptions },
  training: { transformer: TransformerTraining },
  declares: {
    transformer: {
      hidden: 'transformer',
      predictions: ['categorical next'],
      likelihood: ['exact'],
      serving: ['precision', 'precision_head', 'device', 'threads'],
      agreement: 'tolerance',
    },
  },
  adopt,
  services: [
    service(TransformerModel, [options(TransformerOptions), TOKENIZER], (settings, tokenizer) => new TransformerModel(settings, tokenizer)),
  ],
});
