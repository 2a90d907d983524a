import { BASE, definePlugin, type StageDefinition, type Static, type TSchema, tokenizer } from '../../core/declaring.ts';
import { BpeOptions, TokenizerOptions, UnigramOptions, WordPieceOptions } from './options.ts';
import type { Plan } from './train/plan.ts';

type Plans = typeof import('./train/plan.ts');

/** A tokenizer that learns by a plan, which a check makes too. */
const learning = <S extends TSchema>(
  name: 'bpe' | 'wordpiece' | 'unigram',
  options: S,
  plan: (plans: Plans, options: Static<S>) => Plan,
): StageDefinition =>
  tokenizer({
    name,
    options,
    capabilities: { raw: 'text' },
    survey: async (options) => void plan(await import('./train/plan.ts'), options),
    make: async ({ options }) => {
      const [{ LearningTokenizer }, plans] = await Promise.all([import('./subword-tokenizer.ts'), import('./train/plan.ts')]);
      return new LearningTokenizer(name, plan(plans, options));
    },
  });

export default definePlugin({
  name: 'subword',
  contract: 2,
  about: 'Text by parts of words: learned by BPE, WordPiece or Unigram, or read from anyone’s tokenizer files.',
  stages: [
    learning('bpe', BpeOptions, ({ planBpe }, options) => planBpe(options)),
    learning('wordpiece', WordPieceOptions, ({ planWordPiece }, options) => planWordPiece(options)),
    learning('unigram', UnigramOptions, ({ planUnigram }, options) => planUnigram(options)),
    tokenizer({
      name: 'tokenizer',
      options: TokenizerOptions,
      capabilities: { raw: 'text' },
      survey: async (options, { base }) => (await import('./foreign-tokenizer.ts')).ForeignTokenizer.survey(options, base),
      needs: { base: BASE },
      make: async ({ options, base }) => (await import('./foreign-tokenizer.ts')).ForeignTokenizer.open(options, base),
    }),
  ],
});
