import { errors } from '../errors.ts';
import { readConfig, readGenerationConfig } from './config.ts';
import type { Config } from './recipe.ts';

/** How a row begins and ends by a model's own files. */
export interface ModelEnds {
  /** The id that a row can begin with. */
  readonly start?: number;
  /** Every id that ends one. */
  readonly stop: readonly number[];
}

/** What generation_config.json and config.json say of the ids that begin and end a row; the former comes first, and every id that either names ends one. Throws TRANSFORMER_FILE or TRANSFORMER_CONFIG. */
export const endsOf = (folder: string, vocabulary: number): ModelEnds => {
  const config = readConfig(folder);
  const told = [readGenerationConfig(folder), config].filter((one) => one !== undefined);
  const stop = new Set(told.flatMap((one) => idsOf(one, 'eos_token_id')));
  const [start] = told.flatMap((one) => idsOf(one, 'bos_token_id')).filter((id) => id < vocabulary);
  return { ...(start !== undefined && { start }), stop: [...stop] };
};

/** One id, or several; −1 is how some files say that there is none. */
const idsOf = ({ path, values }: Config, key: string): readonly number[] => {
  const told = values[key] ?? [];
  const ids: readonly unknown[] = Array.isArray(told) ? told : [told];
  if (!ids.every((id): id is number => Number.isSafeInteger(id) && (id as number) >= -1))
    throw errors.TRANSFORMER_CONFIG(path, key, told, 'an id, or a list of ids');
  return ids.filter((id) => id >= 0);
};
