import { warnOnce } from '../../../core/declaring.ts';
import { errors } from '../errors.ts';
import { readConfig, readGenerationConfig } from './config.ts';
import { isId } from './generation-keys.ts';
import type { Config } from './recipe.ts';

/** How a row begins and ends by a model's own files. */
export interface ModelEnds {
  /** The id that a row can begin with. */
  readonly start?: number;
  /** Every id that ends one. */
  readonly stop: readonly number[];
}

/** What generation_config.json and config.json say of the ids that begin and end a row; the former comes first, and every id that either names ends one. Says on standard error which of them the model has not. Throws TRANSFORMER_FILE or TRANSFORMER_CONFIG. */
export const endsOf = (folder: string, vocabulary: number): ModelEnds => {
  const config = readConfig(folder);
  const told = [readGenerationConfig(folder), config].filter((one) => one !== undefined);
  for (const one of told) {
    const strange = [...beyond(one, 'bos_token_id', vocabulary), ...beyond(one, 'eos_token_id', vocabulary)];
    if (strange.length > 0)
      warnOnce(
        'TRANSFORMER_IDLE_KEYS',
        `"${one.path}" names what is none of the model's ${vocabulary} ids and changes nothing: ${strange.join(', ')}.`,
      );
  }
  const within = (id: number): boolean => isOf(vocabulary, id);
  const stop = new Set(told.flatMap((one) => idsOf(one, 'eos_token_id')).filter(within));
  const [start] = told.flatMap((one) => idsOf(one, 'bos_token_id')).filter(within);
  return { ...(start !== undefined && { start }), stop: [...stop] };
};

const isOf = (vocabulary: number, id: number): boolean => id >= 0 && id < vocabulary;

/** The ids under a key that a model has not, as they are told of. */
const beyond = (config: Config, key: Key, vocabulary: number): readonly string[] => {
  const strange = idsOf(config, key).filter((id) => !isOf(vocabulary, id));
  return strange.length > 0 ? [`${key} ${strange.join(' and ')}`] : [];
};

type Key = 'bos_token_id' | 'eos_token_id';

/** One id, or several that end; −1 is how some files say that there is none. */
const idsOf = ({ path, values }: Config, key: Key): readonly number[] => {
  const told = values[key] ?? [];
  const ids: readonly unknown[] = Array.isArray(told) ? told : [told];
  const wanted = key === 'bos_token_id' ? 'an id' : 'an id, or a list of ids';
  if ((key === 'bos_token_id' && Array.isArray(values[key])) || !ids.every(isId)) throw errors.TRANSFORMER_CONFIG(path, key, told, wanted);
  return ids;
};
