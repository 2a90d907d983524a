import type { Architecture } from '../architecture/architecture.ts';
import type { Keys } from './keys.ts';

/** One tensor of a file, of which one of our weights is made, alone or side by side with others. */
export interface Ingredient {
  readonly name: string;
  readonly dims: readonly number[];
  /** Whether it stands there [out, in], as PyTorch's linear layers have it. */
  readonly turned?: boolean;
}

/** Of which tensors each of our weights is made: their columns side by side. */
export type Recipes = ReadonlyMap<string, readonly Ingredient[]>;

/** A family of models as Hugging Face names it: what its config.json means, and how its tensors are called. */
export interface Family {
  /** `model_type` of config.json. */
  readonly types: readonly string[];
  /** What config.json may say. */
  readonly keys: Keys;
  readonly architectureOf: (config: Config) => Architecture;
  readonly recipesOf: (architecture: Architecture) => Recipes;
  /** Tensors that stand in files and mean nothing to a reader. */
  readonly ignored: RegExp;
  /** The other way: config.json of an architecture, where the family has such. */
  readonly configOf: (architecture: Architecture) => Readonly<Record<string, unknown>> | undefined;
}

/** What config.json says, each setting held to its type when it is asked for. */
export interface Config {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}
