import { definePlugin, options, provide } from '../../core/index.ts';
import { LevelsTokenizer } from './levels-tokenizer.ts';
import { NumbersWriter } from './numbers-writer.ts';
import { LevelsOptions } from './options.ts';

export default definePlugin({
  name: 'numbers',
  contract: 1,
  about: 'Rows of numbers, rounded to steps between two bounds.',
  stages: {
    tokenize: { levels: provide([options(LevelsOptions)], (settings) => new LevelsTokenizer(settings)) },
    write: { numbers: provide([], () => new NumbersWriter()) },
  },
  options: { levels: LevelsOptions },
  declares: { levels: { raw: 'fields' }, numbers: { raw: 'fields' } },
});
