import type { Static } from 'typebox';
import { BASE, definePlugin, options, provide } from '../../core/declaring.ts';
import { BpeOptions, TokenizerOptions, UnigramOptions, WordPieceOptions } from './options.ts';
import type { LearningTokenizer } from './subword-tokenizer.ts';
import type { Plan } from './train/plan.ts';

/** A tokenizer that learns by a plan. */
const learning = async (
  use: 'bpe' | 'wordpiece' | 'unigram',
  plan: (plans: typeof import('./train/plan.ts')) => Plan,
): Promise<LearningTokenizer> => {
  const [{ LearningTokenizer }, plans] = await Promise.all([import('./subword-tokenizer.ts'), import('./train/plan.ts')]);
  return new LearningTokenizer(use, plan(plans));
};

export default definePlugin({
  name: 'subword',
  contract: 1,
  about: 'Text by parts of words: learned by BPE, WordPiece or Unigram, or read from anyone’s tokenizer files.',
  stages: {
    tokenize: {
      bpe: provide([options(BpeOptions)], (settings) => learning('bpe', ({ planBpe }) => planBpe(settings))),
      wordpiece: provide([options(WordPieceOptions)], (settings) => learning('wordpiece', ({ planWordPiece }) => planWordPiece(settings))),
      unigram: provide([options(UnigramOptions)], (settings) => learning('unigram', ({ planUnigram }) => planUnigram(settings))),
      tokenizer: provide([options(TokenizerOptions), BASE], async (settings, base) =>
        (await import('./foreign-tokenizer.ts')).ForeignTokenizer.open(settings, base),
      ),
    },
  },
  options: { bpe: BpeOptions, wordpiece: WordPieceOptions, unigram: UnigramOptions, tokenizer: TokenizerOptions },
  survey: {
    bpe: async (settings: Static<typeof BpeOptions>) => void (await import('./train/plan.ts')).planBpe(settings),
    wordpiece: async (settings: Static<typeof WordPieceOptions>) => void (await import('./train/plan.ts')).planWordPiece(settings),
    unigram: async (settings: Static<typeof UnigramOptions>) => void (await import('./train/plan.ts')).planUnigram(settings),
    tokenizer: async (settings: Static<typeof TokenizerOptions>, base) =>
      void (await (await import('./foreign-tokenizer.ts')).ForeignTokenizer.open(settings, base)).engine,
  },
  declares: { bpe: { raw: 'text' }, wordpiece: { raw: 'text' }, unigram: { raw: 'text' }, tokenizer: { raw: 'text' } },
});
