import { validate } from '../../../core/plugin/options.ts';
import { BpeOptions, UnigramOptions, WordPieceOptions } from '../../../plugins/subword/options.ts';
import { LearningTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { planBpe, planUnigram, planWordPiece } from '../../../plugins/subword/train/plan.ts';

const kinds = {
  bpe: [BpeOptions, planBpe],
  wordpiece: [WordPieceOptions, planWordPiece],
  unigram: [UnigramOptions, planUnigram],
} as const;

/** A tokenizer as a pipeline's settings make it. */
export const learning = (use: string, settings: Readonly<Record<string, unknown>>): LearningTokenizer => {
  const [schema, plan] = kinds[use as keyof typeof kinds];
  const value = structuredClone(settings);
  const faults = validate(schema, value);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return new LearningTokenizer(use, plan(value as never));
};
