import { errors } from '../errors.ts';
import { flag, size } from './config.ts';
import type { Config } from './recipe.ts';

const WINDOW = 4096; // of Mistral and Qwen where the file has none
const FULL_LAYERS = 28; // of Qwen, below which no layer has a window

/** How far attention looks back, where the family has such and the file turns it on for every layer. Throws TRANSFORMER_CONFIG where some layers have it, or where it is of another family. */
export const windowOf = (config: Config): number | undefined => {
  const { model_type: type, sliding_window: told } = config.values;
  const layers = size(config, 'num_hidden_layers');
  const context = size(config, 'max_position_embeddings');
  const on = flag(config, 'use_sliding_window', type === 'mistral' || (type === 'llama' && (told ?? null) !== null));
  const never = told === null || (type === 'llama' && told === undefined) || (!on && type !== 'mistral');
  const window = never ? undefined : size(config, 'sliding_window', WINDOW);
  if (window !== undefined && type === 'llama' && window < context)
    throw errors.TRANSFORMER_CONFIG(config.path, 'sliding_window', window, 'null: that family looks back at all');
  const kinds = kindsOf(config, layers, window);
  if (window !== undefined && told === undefined && window >= context) return undefined;
  if (kinds.every((kind) => kind === 'full_attention')) {
    if (window === undefined || type !== 'mistral') return undefined;
    throw errors.TRANSFORMER_CONFIG(config.path, 'layer_types', kinds, `"sliding_attention" for a window of ${window}, or null`);
  }
  if (window !== undefined && kinds.every((kind) => kind === 'sliding_attention')) return type === 'llama' ? undefined : window;
  if (window !== undefined && window >= context) return undefined; // which no row outgrows
  const key = Array.isArray(config.values.layer_types) ? 'layer_types' : 'max_window_layers';
  throw errors.TRANSFORMER_CONFIG(config.path, key, config.values[key], 'a window in all layers alike, or in none');
};

/** What each layer is: as the file lists them, or as the family has them. */
const kindsOf = (config: Config, layers: number, window: number | undefined): readonly string[] => {
  const { model_type: type, layer_types: listed } = config.values;
  if ((listed ?? null) !== null) {
    if (!Array.isArray(listed) || listed.length !== layers || !listed.every((kind) => KINDS.includes(kind)))
      throw errors.TRANSFORMER_CONFIG(config.path, 'layer_types', listed, `a list of ${layers}, each ${KINDS.join(' or ')}`);
    return listed as string[];
  }
  const first = type === 'qwen2' || type === 'qwen3' ? fullLayers(config) : 0;
  return Array.from({ length: layers }, (_, layer) => (window !== undefined && layer >= first ? 'sliding_attention' : 'full_attention'));
};

const KINDS = ['full_attention', 'sliding_attention'];

const fullLayers = ({ path, values }: Config): number => {
  const value = values.max_window_layers ?? FULL_LAYERS;
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw errors.TRANSFORMER_CONFIG(path, 'max_window_layers', value, 'a whole number from 0');
  return value as number;
};
