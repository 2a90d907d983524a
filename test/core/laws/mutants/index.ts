import type { Kind, Subjects } from '../../../../core/laws/index.ts';
import { backends } from './backends.ts';
import { evaluators } from './evaluators.ts';
import { loops } from './loops.ts';
import { processors } from './processors.ts';
import { samplers } from './samplers.ts';
import { tellings } from './tellings.ts';
import { tokenizers } from './tokenizers.ts';
import { trainers } from './trainers.ts';

/** By kind and law, a stage that is broken in one small, plausible way. */
export const mutants: { readonly [K in Kind]: Readonly<Record<string, () => Subjects[K]>> } = {
  tokenizer: { ...tokenizers, ...tellings },
  backend: { ...backends, ...loops },
  processor: processors,
  sampler: samplers,
  evaluator: evaluators,
  trainer: trainers,
};
