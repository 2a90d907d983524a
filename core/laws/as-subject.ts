import fc from 'fast-check';
import type { Stages } from '../pipeline/assemble.ts';
import type { Declares } from '../stages/declares.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { item } from './arbitraries/items.ts';
import { text } from './arbitraries/text.ts';
import { row } from './arbitraries/tokens.ts';
import type { Kind, Subjects } from './every.ts';
import {
  type BackendParts,
  type BackendSubject,
  backendSubject,
  type EvaluatorSubject,
  LOOP,
  type SamplerSubject,
  type TokenizerSubject,
  type TrainerSubject,
} from './subjects.ts';

/** What a tokenizer's author hands over: the tokenizer, or it and what else is known of it. */
export type TokenizerLike<Raw> = Tokenizer<Raw> | (Pick<TokenizerSubject<Raw>, 'tokenizer'> & Partial<TokenizerSubject<Raw>>);

/** What a sampler's author hands over. */
export type SamplerLike = Sampler | Partial<SamplerSubject>;

/** What an evaluator's author hands over. */
export type EvaluatorLike = Evaluator | (Pick<EvaluatorSubject, 'evaluator'> & Partial<EvaluatorSubject>);

/** Raw matter is text where nothing else is said. */
const tokenizerSubject = (like: TokenizerLike<never>): TokenizerSubject => {
  const parts: unknown = 'tokenize' in like ? { tokenizer: like } : like;
  return { raw: text() as fc.Arbitrary<unknown>, ...(parts as Pick<TokenizerSubject, 'tokenizer'>) };
};

/** A sampler as it stands takes no settings. */
const samplerSubject = (like: SamplerLike): SamplerSubject => {
  const parts = 'sample' in like ? { make: () => like as Sampler } : (like as Partial<SamplerSubject>);
  return { declares: {}, loop: LOOP, ...parts } as SamplerSubject;
};

/** Items of every kind that is declared, their raw matter text. */
export const evaluatorSubject = (like: EvaluatorLike): EvaluatorSubject => {
  const parts: Partial<EvaluatorSubject> = 'evaluate' in like ? { evaluator: like } : like;
  const declares: Declares = parts.declares ?? {};
  const kinds = declares.items ?? ['generated', 'training', 'real', 'scored'];
  return { declares, item: item(kinds, text()), tolerance: 1e-9, ...parts } as EvaluatorSubject;
};

/** Rows to learn from where none are handed over: short, of few ids, always the same. */
export const learnableRows = (vocabulary: number, given: boolean) =>
  fc.sample(row(vocabulary, { min: 3, max: 8 }, given), { numRuns: 24, seed: 7 });

/** How each kind's subject is made of what an author hands over; also of what a module exports, when a failure is replayed. */
export const asSubject: { readonly [K in Kind]: (like: never) => Subjects[K] } = {
  tokenizer: tokenizerSubject,
  backend: (like: BackendParts | (Stages & { vocabulary: number; declares?: Declares })): BackendSubject =>
    backendSubject(
      'stages' in like ? like : { stages: like, vocabulary: like.vocabulary, ...(like.declares && { declares: like.declares }) },
    ),
  sampler: samplerSubject,
  evaluator: evaluatorSubject,
  trainer: (like: TrainerSubject) => like,
};
