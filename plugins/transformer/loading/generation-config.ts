import { warnOnce } from '../../../core/declaring.ts';
import { errors } from '../errors.ts';
import { readConfig, readGenerationConfig } from './config.ts';
import { GENERATION_KEYS, OF_CHANCE } from './generation-keys.ts';
import { faultsIn, isNeutral, unknownIn } from './keys.ts';
import type { Config } from './recipe.ts';

/** How a folder's rows go on: the sampler with its settings, and what its pipeline generates unless asked otherwise. */
export interface Generation {
  readonly sample: { readonly use: string; readonly with?: object };
  readonly generate?: object;
}

/** What generation_config.json says, or in its absence config.json as older folders have it. Throws TRANSFORMER_FILE, or TRANSFORMER_GENERATION with all that is not done. */
export const generationOf = (folder: string): Generation => {
  const older = legacy(readConfig(folder));
  const { path, values } = readGenerationConfig(folder) ?? older;
  if (path !== older.path) passOver(older, path);
  const drawn = values.do_sample === true;
  const counts = (key: string): boolean => drawn || !OF_CHANCE.includes(key);
  const idle = Object.keys(values).filter((key) => !counts(key) && saysSomething(key, values[key]));
  const faults = faultsIn(
    GENERATION_KEYS,
    Object.fromEntries(Object.entries(values).filter(([key]) => counts(key) || GENERATION_KEYS[key]?.use === 'read')),
  );
  if (faults.length > 0) throw errors.TRANSFORMER_GENERATION(path, faults);
  const unknown = unknownIn(GENERATION_KEYS, values);
  if (unknown.length > 0)
    warnOnce('TRANSFORMER_UNKNOWN_KEYS', `"${path}" has what is not known here and changes nothing: ${unknown.join(', ')}.`);
  if (idle.length > 0) warnOnce('TRANSFORMER_IDLE_KEYS', `"${path}" has what counts only with "do_sample": true: ${idle.join(', ')}.`);
  return { ...sampling(values), ...generating(values) };
};

const saysSomething = (key: string, value: unknown): boolean => {
  const usual = USUAL[key];
  return value !== usual && !isNeutral(GENERATION_KEYS[key]!, value);
};

/** What is taken for granted. */
const USUAL: Readonly<Record<string, unknown>> = {
  do_sample: false,
  temperature: 1,
  top_k: 50,
  top_p: 1,
  min_p: 0,
  repetition_penalty: 1,
  num_return_sequences: 1,
  max_length: 20,
};

const sampling = (values: Config['values']): Pick<Generation, 'sample'> => {
  const { do_sample, temperature, top_k, top_p, min_p, repetition_penalty } = values;
  const told = (settings: object): object => Object.fromEntries(Object.entries(settings).filter(([, value]) => (value ?? null) !== null));
  const likeliest = do_sample !== true || temperature === 0 || top_p === 0;
  const settings = told(
    likeliest ? { repetition_penalty } : { temperature, top_k: top_k ?? USUAL.top_k, top_p, min_p, repetition_penalty },
  );
  const use = likeliest ? 'greedy' : 'sampling';
  return { sample: Object.keys(settings).length > 0 ? { use, with: settings } : { use } };
};

const generating = (values: Config['values']): Pick<Generation, 'generate'> => {
  const { max_new_tokens, max_length, num_return_sequences, min_new_tokens, stop_strings } = values;
  const most = (max_new_tokens ?? null) !== null ? { max_new_tokens } : (max_length ?? null) !== null ? { max_length } : {};
  const stops = [stop_strings ?? []].flat().filter((stop) => stop !== '');
  const generate = {
    ...most,
    ...((min_new_tokens ?? 0) !== 0 && { min_new_tokens }),
    ...(stops.length > 0 && { stop: stops }),
    ...((num_return_sequences ?? null) !== null && { count: num_return_sequences }),
  };
  return Object.keys(generate).length > 0 ? { generate } : {};
};

/** What config.json says of generation, which counts where there is no generation_config.json. */
const legacy = ({ path, values }: Config): Config => ({
  path,
  values: Object.fromEntries(Object.entries(values).filter(([key]) => LEGACY.includes(key))),
});

/** Older settings do not count beside newer ones, as with Hugging Face: those that say something are named. */
const passOver = ({ path, values }: Config, newer: string): void => {
  const passed = Object.keys(values).filter((key) => !key.endsWith('_token_id') && saysSomething(key, values[key]));
  if (passed.length > 0) warnOnce('TRANSFORMER_IDLE_KEYS', `"${path}" has what does not count beside "${newer}": ${passed.join(', ')}.`);
};

/** Keys of config.json that are of generation: what samples, filters and ends. */
const LEGACY: readonly string[] = Object.entries(GENERATION_KEYS)
  .filter(([, { use }]) => use !== 'irrelevant')
  .map(([key]) => key);
