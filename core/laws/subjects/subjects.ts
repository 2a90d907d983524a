import fc, { type Arbitrary } from 'fast-check';
import type { Observable } from 'rxjs';
import type { TSchema } from 'typebox';
import type { Row } from '../../data/tokens.ts';
import { generate, type Step, steps } from '../../decode-loop/loop.ts';
import type { Stages } from '../../decode-loop/model.ts';
import { shared } from '../../decode-loop/scheduler.ts';
import type { Capabilities } from '../../stages/capabilities.ts';
import type { Evaluator, Item } from '../../stages/evaluate.ts';
import type { Processor } from '../../stages/process.ts';
import type { Sampler } from '../../stages/sample.ts';
import type { Tokenizer } from '../../stages/tokenize.ts';
import type { Artifact, Trainer } from '../../stages/train.ts';
import * as arbitrary from '../arbitraries/tokens.ts';
import { plainSampler } from '../fakes/plain-sampler.ts';

/** A tokenizer under its laws. */
export interface TokenizerSubject<Raw = unknown> {
  readonly tokenizer: Tokenizer<Raw>;
  readonly raw: Arbitrary<Raw>;
  /** What of the raw matter is promised to come back; absent: all of it. */
  readonly normalise?: (raw: Raw) => Raw;
  /** Pieces of growing raw matter as one; absent: texts are joined. */
  readonly join?: (pieces: readonly Raw[]) => Raw;
  /** Tokenizers of the same plugin whose ids mean other things: fitted on another corpus, or set otherwise. */
  readonly others?: readonly Tokenizer<Raw>[];
  /** The same made again, fitted or loaded again. */
  readonly again?: Tokenizer<Raw>;
}

/** The loop that a backend is driven by; the core's, but for tests of the laws themselves. */
export interface Loop {
  readonly steps: typeof steps;
  readonly generate: (...asked: Parameters<typeof generate>) => Observable<Step>;
  readonly shared: typeof shared;
}

/** Encode, attend and decode under their laws, and what the loop makes of them. */
export interface BackendSubject {
  readonly stages: Stages;
  readonly capabilities: Capabilities;
  readonly vocabulary: number;
  readonly extent: 'next' | 'whole';
  /** Rows that it reads; absent: any ids of its vocabulary, at least one where it predicts the next. */
  readonly row?: Arbitrary<Row>;
  /** How far log-probabilities may be apart where it declares `tolerance`, in nats for one of up to a nat, in proportion beyond. */
  readonly tolerance: number;
  readonly sampler: Sampler;
  readonly loop: Loop;
}

/** A sampler under its laws: every setting of its schema makes one. */
export interface SamplerSubject {
  make(settings: Readonly<Record<string, unknown>>): Sampler | Promise<Sampler>;
  readonly capabilities: Capabilities;
  readonly schema?: TSchema;
  /** Settings under which it draws from what is predicted, as it is; absent: it never does, as far as is known. */
  readonly neutral?: Readonly<Record<string, unknown>>;
  /** The same sampler as a chain of processors before one that only draws, where it does in one go what these do; it must choose alike. */
  readonly plain?: (settings: Readonly<Record<string, unknown>>) => Sampler | Promise<Sampler>;
  readonly loop: Loop;
}

/** A logits processor under its laws. */
export interface ProcessorSubject {
  make(settings: Readonly<Record<string, unknown>>): Processor | Promise<Processor>;
  readonly schema?: TSchema;
}

/** An evaluator under its laws. */
export interface EvaluatorSubject {
  readonly evaluator: Evaluator;
  readonly capabilities: Capabilities;
  readonly item: Arbitrary<Item>;
  /** It reads items as a sequence, so that their order matters. */
  readonly ordered?: boolean;
  /** How far measures may be apart that were folded otherwise, in proportion. */
  readonly tolerance: number;
}

/** Something that is to be trained, and what it learns. */
export interface Learner {
  readonly trainer: Trainer;
  /** What is saved, and what is loaded when a model is opened. */
  readonly artifacts: readonly Artifact[];
  /** What predicts by what was learned; absent: what it predicts is not looked at. */
  readonly stages?: Stages;
  close?(): Promise<void>;
}

/** A trainer under its laws. */
export interface TrainerSubject {
  /** Untrained, and apart from every other. */
  make(): Learner | Promise<Learner>;
  /** Small enough to be learned many times. */
  readonly rows: readonly Row[];
  /** Of its stages, where it has some: `agreement` decides how nearly two that learned the same agree; absent: to the bit. */
  readonly capabilities?: Capabilities;
}

/** What a backend's subject is made of; the rest has defaults. */
export type BackendParts = Pick<BackendSubject, 'stages' | 'vocabulary'> & Partial<BackendSubject>;

/** A backend with defaults for what was not said. */
export const backendSubject = ({ stages, vocabulary, capabilities = {}, ...rest }: BackendParts): BackendSubject => ({
  stages,
  vocabulary,
  capabilities,
  extent: capabilities.predictions?.some(({ extent }) => extent === 'whole') ? 'whole' : 'next',
  tolerance: 1e-3,
  sampler: plainSampler,
  loop: LOOP,
  ...rest,
});

/** The core's own loop. */
export const LOOP: Loop = { steps, generate, shared };

/** Rows that a backend reads, each at most the given part of its context. */
export const rowOf = (subject: BackendSubject, part = 1): Arbitrary<Row> =>
  subject.row ??
  arbitrary.row(
    subject.vocabulary,
    { min: subject.extent === 'next' ? 1 : 0, max: longest(subject, part) },
    subject.capabilities.extras?.includes('given') ?? false,
  );

/** Requests of one row, which end within a backend's context. */
export const askedOf = (subject: BackendSubject): Arbitrary<arbitrary.Prompt> =>
  arbitrary.prompt(rowOf(subject, 0.5), subject.vocabulary, longest(subject, 0.5));

/** The most tokens that a row of a backend may hold. */
export const contextOf = ({ stages }: BackendSubject): number => stages.encoder.context ?? Number.POSITIVE_INFINITY;

/** Ids to go on with, at most the given part of a backend's context. */
export const moreOf = (subject: BackendSubject, part: number, min = 1): Arbitrary<Int32Array> =>
  arbitrary.tokens(subject.vocabulary, { min, max: longest(subject, part) });

/** Which laws speak of backends that predict the next token alone. */
export const nextOnly = ({ extent }: BackendSubject): string | undefined =>
  extent === 'next' ? undefined : 'it predicts whole rows, and keeps no row in pieces';

/** A place in a row, taken modulo its length. */
export const place = (): Arbitrary<number> => fc.nat(31);

const longest = (subject: BackendSubject, part: number): number => Math.max(1, Math.min(8, Math.floor(contextOf(subject) * part)));
