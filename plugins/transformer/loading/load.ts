import type { Value } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { parametersOf } from '../architecture/parameters.ts';
import { familyOf } from './families.ts';
import type { Recipes } from './recipe.ts';
import { listFile, listShards, readFileOf, readShards } from './shards.ts';
import { checkTensors, weightsOfTensors } from './tensor-names.ts';

/** Where weights are: a file of ours, or a folder as Hugging Face has it. */
export type Source = { readonly file: string } | { readonly folder: string };

const NOTHING = /^$/;

/** The weights of an architecture from where they are. Throws TRANSFORMER_FILE, TRANSFORMER_TENSORS or TOOLKIT_SAFETENSORS. */
export const loadWeights = async (source: Source, architecture: Architecture): Promise<Map<string, Value>> => {
  const { path, recipes, ignored } = planOf(source, architecture);
  const tensors = 'folder' in source ? await readShards(path) : new Map(Object.entries(await readFileOf(path)));
  return weightsOfTensors(path, tensors, recipes, ignored);
};

/** Throws what loading would throw of names, types and shapes, and reads no weight for it. */
export const checkWeights = async (source: Source, architecture: Architecture): Promise<void> => {
  const { path, recipes, ignored } = planOf(source, architecture);
  checkTensors(path, 'folder' in source ? await listShards(path) : new Map(Object.entries(await listFile(path))), recipes, ignored);
};

const planOf = (
  source: Source,
  architecture: Architecture,
): { readonly path: string; readonly recipes: Recipes; readonly ignored: RegExp } => {
  if ('folder' in source) {
    const { family } = familyOf(source.folder);
    return { path: source.folder, recipes: family.recipesOf(architecture), ignored: family.ignored };
  }
  const own = [...parametersOf(architecture)].map(([name, { shape }]) => [name, [{ name, dims: shape }]] as const);
  return { path: source.file, recipes: new Map(own), ignored: NOTHING };
};
