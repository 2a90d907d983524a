import type { Value } from '../../toolkit/index.ts';
import { readSafetensors } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { parametersOf } from '../architecture/parameters.ts';
import { cook } from './cook.ts';
import { familyOf } from './families.ts';
import type { Recipes } from './recipe.ts';
import { readShards, readWhole } from './shards.ts';

/** Where weights are: a file of ours, or a folder as Hugging Face has it. */
export type Source = { readonly file: string } | { readonly folder: string };

const NOTHING = /^$/;

/** The weights of an architecture from where they are. Throws TRANSFORMER_FILE, TRANSFORMER_TENSORS or TOOLKIT_SAFETENSORS. */
export const loadWeights = async (source: Source, architecture: Architecture): Promise<Map<string, Value>> => {
  if ('folder' in source) {
    const { family } = familyOf(source.folder);
    return cook(source.folder, await readShards(source.folder), family.recipesOf(architecture), family.ignored);
  }
  const { tensors } = readSafetensors(await readWhole(source.file));
  const own: Recipes = new Map([...parametersOf(architecture)].map(([name, { shape }]) => [name, [{ name, dims: shape }]]));
  return cook(source.file, new Map(Object.entries(tensors)), own, NOTHING);
};
