import type { Static, TObject, TSchema } from 'typebox';
import type { Capabilities } from '../stages/capabilities.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Needed, Needs } from './key.ts';
import type { DefinitionKind, StageKind, StageOfKind } from './stage-kinds.ts';

/** A contradiction among settings: `{ path: ['with', 'heads'], message: '"heads" must divide "width", …' }`. */
export interface Conflict {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A stage, or a backend's stages together, in one piece: made by `backend`, `tokenizer`, `sampler` and their like. */
export interface StageDefinition {
  readonly kind: DefinitionKind;
  /** What a pipeline's `use` says. */
  readonly name: string;
  readonly about?: string;
  readonly options?: TSchema;
  readonly training?: TSchema;
  readonly capabilities?: Capabilities | ((options: never) => Capabilities);
  readonly conflicts?: (options: never, training: never) => readonly Conflict[];
  readonly survey?: (options: never, around: Surroundings) => Promise<void>;
  readonly needs?: Needs;
  readonly within?: StageDefinition;
  readonly extensions?: readonly string[];
  readonly model?: Make<unknown>;
  /** How each verb is made. */
  readonly makes: { readonly [V in StageKind]?: Make<StageOfKind[V]> };
}

/** What a survey is told of the pipeline around a stage. */
export interface Surroundings {
  /** The folder that paths in its options are relative to. */
  readonly base: string;
  /** How many ids the tokenizer has, where that is known before anything is learned. */
  readonly vocabulary: () => Promise<number | undefined>;
}

/** Makes one thing from what it is given. */
export type Make<T> = (given: never) => T | Promise<T>;

/** A backend whose stages share a model of this type, which its evaluators are given too. */
export interface BackendDefinition<M = unknown> extends StageDefinition {
  readonly kind: 'backend';
  /** Exists for the type alone. */
  readonly shares?: M;
}

type NoOptions = TObject<Record<never, never>>;
type NoNeeds = Record<never, never>;

/** What `make` is given: the options, checked, defaults filled in, and what is needed, by its names. */
export type Given<O extends TSchema, N extends Needs> = { readonly options: Static<O> } & Needed<N>;

/** What every definition may hold. */
interface Common<O extends TSchema, N extends Needs> {
  /** What a pipeline's `use` says. */
  readonly name: string;
  /** One line; absent: the plugin's own. */
  readonly about?: string;
  /** The schema of `with`, a closed object; absent: it takes no settings. */
  readonly options?: O;
  /** What is known of it before it is made; a function where its options decide. */
  readonly capabilities?: Capabilities | ((options: Static<O>) => Capabilities);
  /** Throws what making it would throw, as far as its options decide it and what they name in files and folders. A check asks, so nothing is loaded that takes long. */
  readonly survey?: (options: Static<O>, around: Surroundings) => Promise<void>;
  /** What it is made from besides its options: `{ tokenizer: TOKENIZER }`. */
  readonly needs?: N;
}

/** Of options that contradict each other although each is allowed by itself; paths begin at `with` or `train`. */
interface Conflicting<O extends TSchema, T extends TSchema> {
  readonly conflicts?: (options: Static<O>, training: Static<T> | undefined) => readonly Conflict[];
}

/** A stage that is made alone. A module that takes time to load is imported in `make`. */
interface Single<V extends StageKind, O extends TSchema, N extends Needs> extends Common<O, N>, Conflicting<O, TSchema> {
  readonly make: (given: Given<O, N>) => StageOfKind[V] | Promise<StageOfKind[V]>;
}

/** How the names of its files end, lower case, without `.gz`: `.jsonl`, `-idx3-ubyte`; `/`: a folder. It is used for them where none is named. */
interface OfFiles {
  readonly extensions: readonly string[];
}

type DefineSingle<V extends StageKind, More> = <O extends TSchema = NoOptions, const N extends Needs = NoNeeds>(
  definition: Single<V, O, N> & More,
) => StageDefinition;

const single =
  <V extends StageKind, More = unknown>(kind: DefinitionKind, verb: V): DefineSingle<V, More> =>
  ({ make, ...rest }) =>
    ({ kind, ...rest, makes: { [verb]: make } }) as unknown as StageDefinition;

/** Defines what reads files into raw items. */
export const reader = single<'read', OfFiles>('reader', 'read');

/** Defines what turns raw matter into ids and back. */
export const tokenizer = single('tokenizer', 'tokenize');

/** Defines what changes logits before a sampler chooses. */
export const processor = single('processor', 'process');

/** Defines what chooses among what is predicted. */
export const sampler = single('sampler', 'sample');

/** Defines what writes samples into files. */
export const writer = single<'write', OfFiles>('writer', 'write');

/** Defines a measure; `within` a backend it looks into that one, is given its `model`, and measures no other. */
export const evaluator = <M, O extends TSchema = NoOptions, const N extends Needs = NoNeeds, Tally = unknown>({
  make,
  ...rest
}: Common<O, N> &
  Conflicting<O, TSchema> & {
    readonly within?: BackendDefinition<M>;
    readonly make: (given: Given<O, N> & { readonly model: M }) => Evaluator<Tally> | Promise<Evaluator<Tally>>;
  }): StageDefinition => ({ kind: 'evaluator', ...rest, makes: { evaluate: make } }) as unknown as StageDefinition;

/** Defines a backend; what its stages share is its `model`, made once for each choice of it and closed through `Symbol.asyncDispose` or `Symbol.dispose`, where it has one. */
export const backend = <M = undefined, O extends TSchema = NoOptions, T extends TSchema = NoOptions, const N extends Needs = NoNeeds>({
  encode,
  attend,
  decode,
  train,
  inspect,
  ...rest
}: Common<O, N> &
  Conflicting<O, T> & {
    /** The schema of a pipeline's `train`. */
    readonly training?: T;
    readonly model?: (given: Given<O, N>) => M | Promise<M>;
    readonly encode?: (given: Given<O, N> & { readonly model: M }) => StageOfKind['encode'] | Promise<StageOfKind['encode']>;
    readonly attend?: (given: Given<O, N> & { readonly model: M }) => StageOfKind['attend'] | Promise<StageOfKind['attend']>;
    readonly decode?: (given: Given<O, N> & { readonly model: M }) => StageOfKind['decode'] | Promise<StageOfKind['decode']>;
    readonly train?: (
      given: Given<O, N> & { readonly model: M; readonly training: Static<T> },
    ) => StageOfKind['train'] | Promise<StageOfKind['train']>;
    readonly inspect?: (given: Given<O, N> & { readonly model: M }) => StageOfKind['inspect'] | Promise<StageOfKind['inspect']>;
  }): BackendDefinition<M> =>
  ({ kind: 'backend', ...rest, makes: present({ encode, attend, decode, train, inspect }) }) as unknown as BackendDefinition<M>;

const present = (makes: object): object => Object.fromEntries(Object.entries(makes).filter(([, make]) => make !== undefined));
