import type { Static } from 'typebox';
import { definePlugin, Key, options, provide, service, TOKENIZER } from '../../core/declaring.ts';
import { conflictsOf } from './conflicts.ts';
import type { TransformerModel } from './model.ts';
import { TransformerOptions } from './options.ts';
import { TransformerTraining } from './training/settings.ts';

const MODEL = new Key<TransformerModel>(Symbol('transformer'));

export default definePlugin({
  name: 'transformer',
  contract: 1,
  about: 'Transformers: GPT and LLaMA shapes, trained here or loaded, read with a cache.',
  stages: {
    encode: { transformer: provide([MODEL], async (model) => new (await import('./encode.ts')).TransformerEncoder(model)) },
    attend: { transformer: provide([MODEL], async (model) => new (await import('./attend.ts')).TransformerAttention(model)) },
    decode: { transformer: provide([MODEL], async (model) => new (await import('./decode.ts')).TransformerDecoder(model)) },
    inspect: { transformer: provide([MODEL], async (model) => new (await import('./inspect.ts')).TransformerInspector(model)) },
    train: {
      transformer: provide(
        [MODEL, options(TransformerTraining)],
        async (model, settings) => new (await import('./train.ts')).TransformerTrainer(model, settings),
      ),
    },
  },
  options: { transformer: TransformerOptions },
  training: { transformer: TransformerTraining },
  declares: {
    transformer: ({ model }: Static<typeof TransformerOptions>) => ({
      hidden: 'transformer',
      predictions: ['categorical next'] as const,
      likelihood: ['exact'] as const,
      serving: ['precision', 'precision_head', 'device', 'threads'],
      agreement: 'tolerance' as const,
      ...(model !== undefined && { trained: true }),
    }),
  },
  conflicts: {
    transformer: (settings: Static<typeof TransformerOptions>) =>
      conflictsOf(settings).map(({ path, message }) => ({ path, message: `${message}.` })),
  },
  survey: {
    transformer: async (settings: Static<typeof TransformerOptions>) =>
      settings.model === undefined ? undefined : (await import('./loading/survey.ts')).surveyFolder(settings.model, settings.onnx),
  },
  adopt: async (folder) => (await import('./loading/adopt.ts')).adopt(folder),
  services: [
    service(
      MODEL,
      [options(TransformerOptions), TOKENIZER],
      async (settings, tokenizer) => new (await import('./model.ts')).TransformerModel(settings, tokenizer),
    ),
  ],
});
