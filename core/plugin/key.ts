import type { Model } from '../stages/model.ts';
import type { Tokenizer } from '../stages/tokenize.ts';

/** Names something that the container hands to whoever needs it. Keys of one id are one key, also where a plugin brings its own copy of this module. */
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

/** Milliseconds that pass: by it a training knows when a checkpoint is due. */
export const CLOCK = new Key<() => number>(Symbol.for('stagewright.clock'));

/** A service of the user's own, which stands in the place of one of ours, or for stages of their own to need. */
export interface Binding {
  readonly key: Key<unknown>;
  readonly value: unknown;
}

/** A value for a key: `open('names.json', { provide: [bind(CLOCK, () => 0)] })`. */
export const bind = <T>(key: Key<T>, value: T): Binding => ({ key, value });

/** What a stage is made from besides its options, by the names that its `make` calls them: `{ tokenizer: TOKENIZER }`. */
export type Needs = Readonly<Record<string, Key<unknown>>>;

/** What the needs are when they come. */
export type Needed<N extends Needs> = { readonly [K in keyof N]: N[K] extends Key<infer T> ? T : never };
