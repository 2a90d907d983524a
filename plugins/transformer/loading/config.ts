import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPointer, utf8Of } from '../../../core/declaring.ts';
import { errors } from '../errors.ts';
import type { Config } from './recipe.ts';

const MOST = 1_000_000; // bytes that a configuration may have

/** What a JSON file of a folder says; a byte order mark is read over. Throws TRANSFORMER_FILE where it is larger than `most` bytes, no text of UTF-8, no JSON or no object. */
export const readJson = (path: string, most: number): Config['values'] => {
  const fault = (why: string): Error => errors.TRANSFORMER_FILE(path, why);
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > most) throw fault(`it has ${size} bytes, and ${most} are the most`);
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES' ? fault(`it cannot be opened (${code})`) : error;
  }
  if (isPointer(bytes)) throw fault('it is a pointer of Git LFS, which did not fetch the file; run `git lfs pull` there');
  const read = utf8Of(bytes);
  if ('fault' in read) throw fault(`it ${read.fault.replace(/\.$/, '')}`);
  let values: unknown;
  try {
    values = JSON.parse(read.text);
  } catch (error) {
    throw fault(`it is no JSON (${(error as Error).message})`);
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw fault('it is no object');
  return values as Config['values'];
};

const readIn = (folder: string, name: string): Config => {
  const path = join(folder, name);
  return { path, values: readJson(path, MOST) };
};

/** Reads the config.json of a folder. Throws TRANSFORMER_FILE. */
export const readConfig = (folder: string): Config => readIn(folder, 'config.json');

/** Reads its generation_config.json, where it has one. Throws TRANSFORMER_FILE. */
export const readGenerationConfig = (folder: string): Config | undefined =>
  existsSync(join(folder, 'generation_config.json')) ? readIn(folder, 'generation_config.json') : undefined;

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
