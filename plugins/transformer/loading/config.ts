import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../errors.ts';
import type { Config } from './recipe.ts';

const MOST = 1_000_000; // bytes that a config.json may have

/** Reads the config.json of a folder. Throws TRANSFORMER_FILE. */
export const readConfig = (folder: string): Config => {
  const path = join(folder, 'config.json');
  try {
    const { size } = statSync(path);
    if (size > MOST) throw errors.TRANSFORMER_FILE(path, `it has ${size} bytes, and ${MOST} are the most`);
    const values: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
    if (typeof values !== 'object' || values === null || Array.isArray(values)) throw errors.TRANSFORMER_FILE(path, 'it is no object');
    return { path, values: values as Config['values'] };
  } catch (error) {
    if (error instanceof SyntaxError) throw errors.TRANSFORMER_FILE(path, `it is no JSON (${error.message})`);
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES'
      ? errors.TRANSFORMER_FILE(path, `it cannot be opened (${code})`)
      : error;
  }
};

const LARGEST = 2 ** 24; // of any size in a config.json

/** A whole number above 0. Throws TRANSFORMER_CONFIG where it is something else, or missing and without a default. */
export const size = ({ path, values }: Config, key: string, otherwise?: number): number => {
  const value = values[key] ?? otherwise;
  if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > LARGEST)
    throw errors.TRANSFORMER_CONFIG(path, key, value, `a whole number from 1 to ${LARGEST}`);
  return value as number;
};

/** A number above 0. */
export const number = ({ path, values }: Config, key: string, otherwise?: number): number => {
  const value = values[key] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    throw errors.TRANSFORMER_CONFIG(path, key, value, 'a number above 0');
  return value;
};

/** True or false. */
export const flag = ({ path, values }: Config, key: string, otherwise: boolean): boolean => {
  const value = values[key] ?? otherwise;
  if (typeof value !== 'boolean') throw errors.TRANSFORMER_CONFIG(path, key, value, 'true or false');
  return value;
};

/** One of a few words. */
export const word = <const W extends string>(
  { path, values }: Config,
  key: string,
  known: Readonly<Record<string, W>>,
  otherwise: string,
): W => {
  const value = values[key] ?? otherwise;
  if (typeof value !== 'string' || !Object.hasOwn(known, value))
    throw errors.TRANSFORMER_CONFIG(path, key, value, `one of ${Object.keys(known).join(', ')}`);
  return known[value]!;
};

/** The activations under all names that Hugging Face has for them. */
export const ACTIVATIONS = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu_tanh',
  gelu_fast: 'gelu_tanh',
  gelu_accurate: 'gelu_tanh',
  gelu_pytorch_tanh: 'gelu_tanh',
  gelu_python_tanh: 'gelu_tanh',
  relu: 'relu',
} as const;
