import { backend, definePlugin, TOKENIZER } from '../../core/declaring.ts';
import { conflictsOf } from './conflicts.ts';
import { TransformerOptions } from './options.ts';
import { TransformerTraining } from './training/settings.ts';

export default definePlugin({
  name: 'transformer',
  contract: 2,
  about: 'Transformers: GPT and LLaMA shapes, trained here or loaded, read with a cache.',
  stages: [
    backend({
      name: 'transformer',
      options: TransformerOptions,
      training: TransformerTraining,
      capabilities: ({ model }) => ({
        hidden: 'transformer',
        predictions: [{ kind: 'categorical', extent: 'next' }],
        likelihood: ['exact'],
        serving: ['precision', 'precision_head', 'device', 'threads'],
        agreement: 'tolerance',
        ...(model !== undefined && { trained: true }),
      }),
      conflicts: (options) => conflictsOf(options).map(({ path, message }) => ({ path, message: `${message}.` })),
      survey: async (options, around) =>
        options.model === undefined ? undefined : (await import('./loading/survey.ts')).surveyFolder(options.model, options, around),
      needs: { tokenizer: TOKENIZER },
      model: async ({ options, tokenizer }) => new (await import('./model.ts')).TransformerModel(options, tokenizer),
      encode: async ({ model }) => new (await import('./encode.ts')).TransformerEncoder(model),
      attend: async ({ model }) => new (await import('./attend.ts')).TransformerAttention(model),
      decode: async ({ model }) => new (await import('./decode.ts')).TransformerDecoder(model),
      train: async ({ model, training }) => new (await import('./train.ts')).TransformerTrainer(model, training),
      inspect: async ({ model }) => new (await import('./inspect.ts')).TransformerInspector(model),
    }),
  ],
  adopt: async (folder) => (await import('./loading/adopt.ts')).adopt(folder),
});
