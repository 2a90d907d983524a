import type { TSchema } from 'typebox';
import { validate } from '../../settings/validate.ts';

/** The values under which settings of generation_config.json change nothing. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  do_sample: true,
  temperature: 1,
  top_k: 0,
  top_p: 1,
  min_p: 0,
  typical_p: 1,
  epsilon_cutoff: 0,
  eta_cutoff: 0,
  repetition_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  no_repeat_ngram_size: 0,
  min_new_tokens: 0,
  num_beams: 1,
};

/** Settings under which a sampler with a temperature draws from what is predicted, as it is; undefined where it has none. */
export const neutralOf = (schema: TSchema): Readonly<Record<string, unknown>> | undefined => {
  const properties = (schema as { properties?: Record<string, unknown> }).properties ?? {};
  if (!('temperature' in properties)) return undefined;
  const known = Object.entries(NEUTRAL).filter(([name]) => name in properties);
  const settings = Object.fromEntries(
    known.filter(([name, value]) => validate(schema, { ...defaults(schema), [name]: value }).length === 0),
  );
  return settings;
};

const defaults = (schema: TSchema): object => {
  const value = {};
  validate(schema, value);
  return value;
};
