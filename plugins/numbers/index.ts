import { definePlugin, tokenizer, writer } from '../../core/declaring.ts';
import { LevelsOptions } from './options.ts';

export default definePlugin({
  name: 'numbers',
  contract: 2,
  about: 'Rows of numbers, rounded to steps between two bounds.',
  stages: [
    tokenizer({
      name: 'levels',
      options: LevelsOptions,
      capabilities: { raw: 'fields', extras: ['shape'] },
      survey: async (options) => void new (await import('./levels-tokenizer.ts')).LevelsTokenizer(options),
      make: async ({ options }) => new (await import('./levels-tokenizer.ts')).LevelsTokenizer(options),
    }),
    writer({
      name: 'numbers',
      extensions: ['.csv'],
      capabilities: { raw: 'fields' },
      make: async () => new (await import('./numbers-writer.ts')).NumbersWriter(),
    }),
  ],
});
