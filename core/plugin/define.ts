import { rememberPlace } from './defined-at.ts';
import type { StageDefinition } from './stage-definition.ts';

/** The version of the contract in core/stages; a plugin says for which it was written. */
export const CONTRACT = 2;

/** A folder of stages, handed over as a value. */
export interface Plugin {
  readonly name: string;
  readonly contract: typeof CONTRACT;
  /** One line for `list`. */
  readonly about: string;
  /** Each by `backend`, `tokenizer`, `processor`, `sampler`, `evaluator`, `reader` or `writer`. */
  readonly stages: readonly StageDefinition[];
  /** The definition of a pipeline for a folder that somebody else made, where the plugin knows such: the folder then is a model, and can be opened. */
  readonly adopt?: (folder: string) => Promise<object | undefined>;
}

/** Says that a value is a plugin, and remembers where, so that a broken law can be replayed; importing it has no other effect. */
export const definePlugin = (plugin: Plugin): Plugin => {
  rememberPlace(plugin, definePlugin);
  return plugin;
};
