import { warnOnce } from '../../../core/declaring.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { errors } from '../errors.ts';
import { readConfig } from './config.ts';
import { GENERATION_KEYS } from './generation-keys.ts';
import { gpt2 } from './gpt2.ts';
import { faultsIn, unknownIn } from './keys.ts';
import { llama } from './llama.ts';
import type { Family } from './recipe.ts';
import { idleRope, ROPE_KEYS, ropeSettings } from './rope-config.ts';

/** Every family that can be loaded. */
export const families: readonly Family[] = [gpt2, llama];

/** The family and the architecture of a folder with a config.json. Throws TRANSFORMER_FILE, TRANSFORMER_FAMILY, TRANSFORMER_CONFIG, or TRANSFORMER_KEYS with all that is not done here. */
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
  const faults = [...faultsIn(family.keys, config.values), ...(rotates(family) ? faultsIn(ROPE_KEYS, ropeSettings(config).values) : [])];
  if (faults.length > 0) throw errors.TRANSFORMER_KEYS(config.path, faults);
  return { family, architecture: family.architectureOf(config) };
};

const rotates = (family: Family): boolean => family === llama;

/** Says on standard error what of a folder's config.json nobody knows here, and what of it says nothing. */
export const warnOf = (folder: string, { keys }: Family): void => {
  const config = readConfig(folder);
  const rope = keys === llama.keys ? ropeSettings(config) : undefined;
  const unknown = [
    ...unknownIn({ ...GENERATION_KEYS, ...keys }, config.values),
    ...(rope ? unknownIn(ROPE_KEYS, rope.values).map((key) => `${rope.key}.${key}`) : []),
  ];
  if (unknown.length > 0)
    warnOnce('TRANSFORMER_UNKNOWN_KEYS', `"${config.path}" has what is not known here and changes nothing: ${unknown.join(', ')}.`);
  const idle = rope ? idleRope(config) : [];
  if (idle.length > 0) warnOnce('TRANSFORMER_IDLE_KEYS', `"${config.path}" has what its rope_type does not take: ${idle.join(', ')}.`);
};
