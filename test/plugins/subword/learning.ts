import { validate } from '../../../core/settings/validate.ts';
import { BpeOptions, UnigramOptions, WordPieceOptions } from '../../../plugins/subword/options.ts';
import { LearningTokenizer } from '../../../plugins/subword/subword-tokenizer.ts';
import { type Plan, planBpe, planUnigram, planWordPiece } from '../../../plugins/subword/train/plan.ts';

const kinds = {
  bpe: [BpeOptions, planBpe],
  wordpiece: [WordPieceOptions, planWordPiece],
  unigram: [UnigramOptions, planUnigram],
} as const;

/** What settings of a pipeline plan. */
export const planOf = (use: string, settings: Readonly<Record<string, unknown>>): Plan => {
  const [schema, plan] = kinds[use as keyof typeof kinds];
  const value = structuredClone(settings);
  const faults = validate(schema, value);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return plan(value as never);
};

/** A tokenizer as a pipeline's settings make it. */
export const learning = (use: string, settings: Readonly<Record<string, unknown>>): LearningTokenizer =>
  new LearningTokenizer(use, planOf(use, settings));
