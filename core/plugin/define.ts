import type { Static, TSchema } from 'typebox';
import type { Attention } from '../stages/attend.ts';
import type { Declares } from '../stages/declares.ts';
import type { Decoder } from '../stages/decode.ts';
import type { Encoder } from '../stages/encode.ts';
import type { Evaluator } from '../stages/evaluate.ts';
import type { Inspector } from '../stages/inspect.ts';
import type { Model } from '../stages/model.ts';
import type { Reader, Writer } from '../stages/read.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Trainer } from '../stages/train.ts';
import { rememberPlace } from './defined-at.ts';

/** The version of the contract in core/stages; a plugin says for which it was written. */
export const CONTRACT = 1;

/** Something that the container hands to whoever needs it, under a name that is not a class. Keys of one id are one key, also where a plugin brings its own copy of this module. */
export class Key<T> {
  readonly id: symbol;
  /** Exists for the type alone. */
  declare readonly value: T;
  constructor(id: symbol) {
    this.id = id;
  }
}

/** The pipeline's tokenizer, fitted or loaded before any backend is made. */
export const TOKENIZER = new Key<Tokenizer>(Symbol.for('stagewright.tokenizer'));

/** A model that was trained before, with the tokenizer it was trained with. */
export interface LentModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
}

/** The folder that paths in a pipeline are relative to: that of its file, or the current one. */
export const BASE = new Key<string>(Symbol.for('stagewright.base'));

/** Opens another model that settings refer to (`{ "model": "models/names" }`): a draft, a part of a mixture. What it opened is closed with the pipeline that needed it. */
export const MODELS = new Key<(reference: string) => Promise<LentModel>>(Symbol.for('stagewright.models'));

/** A folder for what stages keep from one run to the next that is no model: a classifier that measures. */
export const KEPT = new Key<string>(Symbol.for('stagewright.kept'));

const OPTIONS = 'stagewright.options';
const KEY = Symbol.for(OPTIONS);

/** The key of a stage's settings: `with` of the pipeline, checked against the schema, defaults filled in. The schema carries it. */
export const options = <S extends TSchema>(schema: S): Key<Static<S>> => {
  const carrier = schema as S & { [KEY]?: symbol };
  if (!carrier[KEY]) Object.defineProperty(schema, KEY, { value: Symbol(OPTIONS) });
  return new Key<Static<S>>(carrier[KEY]!);
};

/** The key that a schema carries, where some recipe asked for its settings. */
export const optionsKeyOf = (schema: TSchema): symbol | undefined => (schema as { [KEY]?: symbol })[KEY];

/** Whether a key is that of some schema's settings. */
export const isOptionsKey = (id: symbol): boolean => id.description === OPTIONS;

/** What can be asked of the container: a service by its class, anything else by its key. */
export type Need<T = unknown> = Key<T> | (abstract new (...args: never[]) => T);

/** What the needs of a recipe are when they come. */
export type Needed<N extends readonly Need[]> = { -readonly [I in keyof N]: N[I] extends Need<infer T> ? T : never };

/** How to make one thing from what it needs. */
export interface Recipe<T = unknown> {
  readonly needs: readonly Need[];
  readonly make: (...needed: never[]) => T | Promise<T>;
}

/** A stage: `provide([NgramModel], (model) => new NgramEncoder(model))`. */
export const provide = <const N extends readonly Need[], T>(needs: N, make: (...needed: Needed<N>) => T | Promise<T>): Recipe<T> => ({
  needs,
  make: make as (...needed: never[]) => T | Promise<T>,
});

/** What a plugin's stages share, made once for each backend, tokenizer, sampler or evaluator of a pipeline; closed through `Symbol.asyncDispose` or `Symbol.dispose`, where it has one. */
export interface Service<T = unknown> extends Recipe<T> {
  readonly of: Need<T>;
}

/** A service, under its class or under a key, which lets its module be loaded when it is made: `service(MODEL, [options(NgramOptions)], async (o) => new (await import('./model.ts')).NgramModel(o))`. */
export const service = <T, const N extends readonly Need[]>(
  of: Need<T>,
  needs: N,
  make: (...needed: Needed<N>) => T | Promise<T>,
): Service<T> => ({ of, ...provide(needs, make) });

/** What each verb's recipes make. */
export interface StageOfKind {
  read: Reader;
  write: Writer;
  tokenize: Tokenizer;
  encode: Encoder;
  attend: Attention;
  decode: Decoder;
  sample: Sampler;
  evaluate: Evaluator;
  train: Trainer;
  inspect: Inspector;
}

/** The verbs of a pipeline: six stages, and what stands around them. */
export type StageKind = keyof StageOfKind;

/** All of them, in the order in which a row meets them. */
export const STAGE_KINDS: readonly StageKind[] = [
  'read',
  'tokenize',
  'encode',
  'attend',
  'decode',
  'sample',
  'evaluate',
  'train',
  'write',
  'inspect',
];

/** A folder of stages, handed over as a value. */
export interface Plugin {
  readonly name: string;
  readonly contract: number;
  /** One line for `list`. */
  readonly about: string;
  /** By verb, then by the name that a pipeline's `use` says; a plugin may offer several of a kind. */
  readonly stages: { readonly [V in StageKind]?: Readonly<Record<string, Recipe<StageOfKind[V]>>> };
  /** The schema of `with`, by the same names; absent: the stage takes no settings. */
  readonly options?: Readonly<Record<string, TSchema>>;
  /** The schema of a backend's `train`, by the same names. */
  readonly training?: Readonly<Record<string, TSchema>>;
  /** What is known of a stage before it is made, by the same names; a function where settings decide it. */
  readonly declares?: Readonly<Record<string, Declares | ((settings: never) => Declares)>>;
  /** Which settings of a stage contradict each other although each is allowed by itself, by the same names; paths begin at `with` or `train`. */
  readonly conflicts?: Readonly<Record<string, (settings: never, training: never) => readonly Conflict[]>>;
  /** Throws what making a stage would throw, as far as settings decide it and what they name in files and folders, by the same names; paths are relative to `base`. A check asks, so nothing is loaded that takes long. */
  readonly survey?: Readonly<Record<string, (settings: never, base: string) => Promise<void>>>;
  readonly services?: readonly Service[];
  /** The definition of a pipeline for a folder that somebody else made, where the plugin knows such: the folder then is a model, and can be opened. */
  readonly adopt?: (folder: string) => Promise<object | undefined>;
}

/** A contradiction among settings: `{ path: ['with', 'heads'], message: '"heads" must divide "width", …' }`. */
export interface Conflict {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Says that a value is a plugin, and remembers where, so that a broken law can be replayed; importing it has no other effect. */
export const definePlugin = (plugin: Plugin): Plugin => {
  rememberPlace(plugin, definePlugin);
  return plugin;
};
