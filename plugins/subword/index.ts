import { BASE, definePlugin, options, provide } from '../../core/index.ts';
import { ForeignTokenizer } from './foreign-tokenizer.ts';
import { BpeOptions, TokenizerOptions, UnigramOptions, WordPieceOptions } from './options.ts';
import { LearningTokenizer } from './subword-tokenizer.ts';
import { planBpe, planUnigram, planWordPiece } from './train/plan.ts';

export default definePlugin({
  name: 'subword',
  contract: 1,
  about: 'Text by parts of words: learned by BPE, WordPiece or Unigram, or read from anyone’s tokenizer files.',
  stages: {
    tokenize: {
      bpe: provide([options(BpeOptions)], (settings) => new LearningTokenizer('bpe', planBpe(settings))),
      wordpiece: provide([options(WordPieceOptions)], (settings) => new LearningTokenizer('wordpiece', planWordPiece(settings))),
      unigram: provide([options(UnigramOptions)], (settings) => new LearningTokenizer('unigram', planUnigram(settings))),
      tokenizer: provide([options(TokenizerOptions), BASE], (settings, base) => ForeignTokenizer.open(settings, base)),
    },
  },
  options: { bpe: BpeOptions, wordpiece: WordPieceOptions, unigram: UnigramOptions, tokenizer: TokenizerOptions },
  declares: { bpe: { raw: 'text' }, wordpiece: { raw: 'text' }, unigram: { raw: 'text' }, tokenizer: { raw: 'text' } },
});
