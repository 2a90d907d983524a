import type { Architecture } from '../architecture/architecture.ts';
import { errors } from '../errors.ts';
import { readConfig } from './config.ts';
import { gpt2 } from './gpt2.ts';
import { llama } from './llama.ts';
import type { Family } from './recipe.ts';

/** Every family that can be loaded. */
export const families: readonly Family[] = [gpt2, llama];

/** The family and the architecture of a folder with a config.json. Throws TRANSFORMER_FILE, TRANSFORMER_CONFIG or TRANSFORMER_FAMILY. */
export const familyOf = (folder: string): { readonly family: Family; readonly architecture: Architecture } => {
  const config = readConfig(folder);
  const type = config.values.model_type;
  const family = families.find(({ types }) => types.includes(type as string));
  if (!family)
    throw errors.TRANSFORMER_FAMILY(
      config.path,
      type,
      families.flatMap(({ types }) => types),
    );
  return { family, architecture: family.architectureOf(config) };
};
