import { isDeepStrictEqual } from 'node:util';
import type { Rope, RopeScaling } from '../architecture/rope.ts';
import { errors } from '../errors.ts';
import { flag, number, size } from './config.ts';
import { type Keys, read, refused } from './keys.ts';
import type { Config } from './recipe.ts';

/** What stands in `rope_scaling` or `rope_parameters`. */
export const ROPE_KEYS: Keys = {
  rope_type: read('default, linear, llama3 or yarn; dynamic, longrope and others are refused.'),
  type: read('The same in older files.'),
  rope_theta: read('The base of the wavelengths; it wins over that beside it.'),
  partial_rotary_factor: read('Which share of each head turns; it wins over that beside it.'),
  factor: read('How much longer rows may be, of linear, llama3 and yarn; of yarn the quotient of both contexts unless told.'),
  original_max_position_embeddings: read('The context that was first learned from, of llama3 and yarn; that beside it wins.'),
  low_freq_factor: read('Of llama3.'),
  high_freq_factor: read('Of llama3.'),
  beta_fast: read('Of yarn; 32 unless told.'),
  beta_slow: read('Of yarn; 1 unless told.'),
  attention_factor: read('Of yarn: what cosines and sines are multiplied by.'),
  mscale: read('Of yarn: with `mscale_all_dim`, of what `attention_factor` is the quotient unless told.'),
  mscale_all_dim: read('Of yarn.'),
  truncate: read('Of yarn: whether the ends of the ramp are rounded; they are unless told.'),
  finetuned: { use: 'irrelevant', why: 'Says how it was trained.' },
  mrope_section: refused('positions of pictures are not read'),
  mrope_interleaved: refused('positions of pictures are not read', false),
  alpha: refused('such stretching is not done', 1),
  full_attention: refused('all layers turn alike'),
  sliding_attention: refused('all layers turn alike'),
};

/** What each stretching takes of them besides its type and base. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  default: [],
  linear: ['factor'],
  llama3: ['factor', 'low_freq_factor', 'high_freq_factor', 'original_max_position_embeddings'],
  yarn: [
    'factor',
    'original_max_position_embeddings',
    'beta_fast',
    'beta_slow',
    'attention_factor',
    'mscale',
    'mscale_all_dim',
    'truncate',
  ],
};

/** The rotary settings of a file by themselves, and under which key they stand. Throws TRANSFORMER_CONFIG where they are none, or two that differ. */
export const ropeSettings = ({ path, values }: Config): { readonly key: string; readonly values: Config['values'] } => {
  const found = ['rope_scaling', 'rope_parameters'].flatMap((key) => {
    const value = values[key] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw errors.TRANSFORMER_CONFIG(path, key, value, 'an object or null');
    return Object.keys(value).length > 0 ? [{ key, values: value as Config['values'] }] : [];
  });
  if (found.length === 2 && !isDeepStrictEqual(found[0]!.values, found[1]!.values))
    throw errors.TRANSFORMER_CONFIG(path, 'rope_parameters', found[1]!.values, 'the same as in "rope_scaling", or one of both alone');
  return found[0] ?? { key: 'rope_parameters', values: {} };
};

const typeOf = (values: Config['values']): unknown => values.rope_type ?? values.type ?? 'default';

/** Known rotary settings that say nothing to the stretching that is named. */
export const idleRope = (config: Config): string[] => {
  const { key, values } = ropeSettings(config);
  const taken = TAKEN[String(typeOf(values))] ?? [];
  const of = new Set(Object.values(TAKEN).flat());
  return Object.keys(values)
    .filter((each) => of.has(each) && !taken.includes(each) && values[each] !== null)
    .map((each) => `${key}.${each}`);
};

/** Rotary settings: `rope_theta` and `rope_scaling`, or `rope_parameters` with both, as newer files have it. */
export const ropeOf = (config: Config, headWidth: number): Rope => {
  const { path, values } = config;
  const inner: Config = { path, values: ropeSettings(config).values };
  const theta = number({ path, values: { rope_theta: inner.values.rope_theta ?? values.rope_theta } }, 'rope_theta', 10000);
  const turned = turnedIn(config, inner, headWidth);
  const type = typeOf(inner.values);
  if (typeof type !== 'string' || !Object.hasOwn(TAKEN, type))
    throw errors.TRANSFORMER_CONFIG(path, 'rope_type', type, `one of ${Object.keys(TAKEN).join(', ')}`);
  const scaling = type === 'default' ? undefined : scalingOf(type as RopeScaling['type'], config, inner);
  return { theta, ...(scaling && { scaling }), ...(turned < headWidth && { turned }) };
};

const scalingOf = (type: RopeScaling['type'], config: Config, inner: Config): RopeScaling => {
  const { path, values } = config;
  if (type === 'linear') return { type, factor: number(inner, 'factor') };
  const longest = size(config, 'max_position_embeddings');
  const key = 'original_max_position_embeddings';
  const original = size({ path, values: { [key]: values[key] ?? inner.values[key] } }, key, longest);
  if (type === 'llama3')
    return {
      type,
      factor: number(inner, 'factor'),
      low_freq_factor: number(inner, 'low_freq_factor'),
      high_freq_factor: number(inner, 'high_freq_factor'),
      original_max_position_embeddings: original,
    };
  const some = (...keys: readonly string[]): object =>
    Object.fromEntries(keys.flatMap((each) => ((inner.values[each] ?? null) === null ? [] : [[each, number(inner, each)]])));
  return {
    type,
    factor: number(inner, 'factor', longest / original),
    original_max_position_embeddings: original,
    ...some('beta_fast', 'beta_slow', 'attention_factor', ...SCALES.filter((each) => inner.values[each] !== 0)),
    ...(flag(inner, 'truncate', inner.values.truncate !== null) ? {} : { truncate: false }),
  };
};

const SCALES = ['mscale', 'mscale_all_dim']; // where one is 0, neither counts

/** How many of a head's values turn: the whole part of its share, as Hugging Face has it. */
const turnedIn = (config: Config, inner: Config, headWidth: number): number => {
  const key = 'partial_rotary_factor';
  const share = number({ path: config.path, values: { [key]: inner.values[key] ?? config.values[key] } }, key, 1);
  const turned = Math.floor(headWidth * share + 1e-9);
  if (share > 1 || turned < 2 || turned % 2 === 1)
    throw errors.TRANSFORMER_CONFIG(
      config.path,
      key,
      share,
      `a share of at most 1 that makes an even part of a head's ${headWidth} values`,
    );
  return turned;
};
