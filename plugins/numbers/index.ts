import { definePlugin, options, provide } from '../../core/declaring.ts';
import { LevelsOptions, type LevelsSettings } from './options.ts';

export default definePlugin({
  name: 'numbers',
  contract: 1,
  about: 'Rows of numbers, rounded to steps between two bounds.',
  stages: {
    tokenize: {
      levels: provide([options(LevelsOptions)], async (settings) => new (await import('./levels-tokenizer.ts')).LevelsTokenizer(settings)),
    },
    write: { numbers: provide([], async () => new (await import('./numbers-writer.ts')).NumbersWriter()) },
  },
  options: { levels: LevelsOptions },
  survey: {
    levels: async (settings: LevelsSettings) => void new (await import('./levels-tokenizer.ts')).LevelsTokenizer(settings),
  },
  declares: { levels: { raw: 'fields', extras: ['shape'] }, numbers: { raw: 'fields' } },
});
