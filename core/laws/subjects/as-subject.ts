import type fc from 'fast-check';
import type { Stages } from '../../decode-loop/model.ts';
import type { Capabilities } from '../../stages/capabilities.ts';
import type { Evaluator } from '../../stages/evaluate.ts';
import type { Model } from '../../stages/model.ts';
import type { Processor } from '../../stages/process.ts';
import type { Sampler } from '../../stages/sample.ts';
import type { Tokenizer } from '../../stages/tokenize.ts';
import { item } from '../arbitraries/items.ts';
import { text } from '../arbitraries/text.ts';
import type { Kind, Subjects } from '../laws/every.ts';
import { stagesOf } from './model-stages.ts';
import {
  type BackendParts,
  type BackendSubject,
  backendSubject,
  type EvaluatorSubject,
  LOOP,
  type ProcessorSubject,
  type SamplerSubject,
  type TokenizerSubject,
  type TrainerSubject,
} from './subjects.ts';

/** Something as it stands, or what opens it: called when the first law is held, and what it opened is closed after the last. */
export type Handed<T> = T | (() => Opening<T> | Promise<Opening<T>>);

/** Something that was opened for its laws. */
export type Opening<T> = T & { close?(): unknown };

/**
 * What a backend's author hands over: its three stages, or, for a trained pipeline, the model that it lends; how many ids there are; and what else is known,
 * of which `capabilities` decides how strictly it is held.
 */
export type BackendLike =
  | BackendParts
  | ({ readonly model: Model } & Omit<BackendParts, 'stages'>)
  | (Stages & { readonly vocabulary: number; readonly capabilities?: Capabilities });

/** What a tokenizer's author hands over: the tokenizer, or it and what else is known of it. */
export type TokenizerLike<Raw> = Tokenizer<Raw> | (Pick<TokenizerSubject<Raw>, 'tokenizer'> & Partial<TokenizerSubject<Raw>>);

/** What a sampler's author hands over. */
export type SamplerLike = Sampler | Partial<SamplerSubject>;

/** What a processor's author hands over. */
export type ProcessorLike = Processor | ProcessorSubject;

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
  return { capabilities: {}, loop: LOOP, ...parts } as SamplerSubject;
};

/** A processor as it stands takes no settings. */
const processorSubject = (like: ProcessorLike): ProcessorSubject => ('process' in like ? { make: () => like } : like);

/** Items of every kind that is declared, their raw matter text. */
export const evaluatorSubject = (like: EvaluatorLike): EvaluatorSubject => {
  const parts: Partial<EvaluatorSubject> = 'evaluate' in like ? { evaluator: like } : like;
  const capabilities: Capabilities = parts.capabilities ?? {};
  const kinds = capabilities.items ?? ['generated', 'training', 'real', 'scored'];
  return { capabilities, item: item(kinds, text()), tolerance: 1e-9, ...parts } as EvaluatorSubject;
};

const backendOf = (like: BackendLike): BackendSubject => {
  if ('stages' in like) return backendSubject(like);
  if ('model' in like) return backendSubject({ ...like, stages: stagesOf(like.model) });
  return backendSubject({ stages: like, vocabulary: like.vocabulary, ...(like.capabilities && { capabilities: like.capabilities }) });
};

/** How each kind's subject is made of what an author hands over; also of what a module exports, when a failure is replayed. */
const asSubject: { readonly [K in Kind]: (like: never) => Subjects[K] } = {
  tokenizer: tokenizerSubject,
  backend: backendOf,
  processor: processorSubject,
  sampler: samplerSubject,
  evaluator: evaluatorSubject,
  trainer: (like: TrainerSubject) => like,
};

/** Opens what was handed over, and makes its kind's subject of it. */
export const openSubject = async <K extends Kind>(kind: K, handed: unknown): Promise<{ subject: Subjects[K]; close?(): unknown }> => {
  if (typeof handed !== 'function') return { subject: asSubject[kind](handed as never) };
  const opened = (await (handed as () => unknown)()) as Opening<object>;
  return { subject: asSubject[kind](opened as never), close: () => opened.close?.() };
};
