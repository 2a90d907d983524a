<<<<<<< HEAD
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { errors } from '../errors.ts';
import { loadPlugins } from '../plugin/load.ts';
import { writeOut } from './definition.ts';
import { findFiles } from './files.ts';
import { findModel, type Standing } from './models.ts';
import type { Opening } from './opening.ts';
import { type Fault, InvalidPipeline, parse } from './parse.ts';
import { Pipeline } from './pipeline.ts';
import { resolve } from './resolve.ts';

/** How a pipeline is opened; all of it may be left out. */
export interface OpenOptions {
  /** Settings that replace those of the file, by their path: `{ 'backends.ngram.with.order': 4 }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Files to learn from instead of the pipeline's, relative to the current folder. */
  readonly data?: readonly string[];
  /** The folder of all models; absent: `models` in the current folder. */
  readonly models?: string;
  /** Modules of the user's own stages. */
  readonly plugins?: readonly string[];
  /** `false`: a missing model is an error instead of a training. */
  readonly train?: boolean;
}
=======
import { resolve as resolvePath } from 'node:path';
import { InvalidPipeline } from './parse.ts';
import type { Pipeline } from './pipeline.ts';
import { type OpenOptions, prepare } from './prepare.ts';
>>>>>>> main

/**
 * Opens a pipeline: a JSON file, the folder of a model, or a definition as a value. Nothing is trained or loaded until something is asked of it.
 * Throws InvalidPipeline with all its faults.
 */
<<<<<<< HEAD
export const open = async (source: string | object, options: OpenOptions = {}): Promise<Pipeline> =>
  new Pipeline(await prepareOpening(source, options));

/** All faults of a pipeline, without opening it: nothing is read but its file, and the files that it names are looked for. */
export const check = async (source: string | object, options: OpenOptions = {}): Promise<readonly Fault[]> => {
  try {
    const { resolved, base, self } = await prepareOpening(source, options);
    const { data } = resolved.definition;
    const missing: Fault[] = [];
    for (const [key, patterns] of [['train', data?.train] as const, ['valid', Array.isArray(data?.valid) ? data.valid : []] as const]) {
      await findFiles(patterns ?? [], base, self).catch((error: Error) => missing.push({ path: ['data', key], message: error.message }));
    }
    return missing;
  } catch (error) {
    if (error instanceof InvalidPipeline) return error.faults;
    throw error;
  }
};

/** Reads and checks a pipeline without opening it. */
const prepareOpening = async (
  source: string | object,
  { set = {}, data, models = 'models', plugins = [], train = true }: OpenOptions,
): Promise<Opening> => {
  const { value, placeOf, base, self, standing } = await read(source, plugins);
  const replaced = { ...set, ...(data && { 'data.train': data.map((path) => resolvePath(path)) }) };
  const definition = withSettings(writeOut(value), replaced);
  const asked = (definition as { plugins?: unknown }).plugins;
  const registry = await loadPlugins({ named: plugins, asked: Array.isArray(asked) ? asked.map(String) : [], base });
  const resolved = resolve(definition, registry, placeOf);
  const shelf = resolvePath(models);
  const lender = (reference: string) => open(resolvePath(reference), { models: shelf, plugins, train: false });
  return { resolved, registry, base, self, models: shelf, standing, mayTrain: train, lender };
};

interface Reading {
  readonly value: unknown;
  readonly placeOf?: ReturnType<typeof parse>['placeOf'];
  readonly base: string;
  readonly self?: string;
  readonly standing?: Standing;
}

const read = async (source: string | object, plugins: readonly string[]): Promise<Reading> => {
  if (typeof source !== 'string') return { value: source, base: process.cwd() };
  const path = resolvePath(source);
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw errors.PIPELINE_MISSING(source);
  if (kind.isDirectory()) {
    const standing = (await adopted(path, plugins)) ?? (await findModel(path));
    return { value: standing.manifest.definition, base: process.cwd(), standing };
  }
  const { value, placeOf } = parse(await readFile(path, 'utf8'), source);
  return { value, placeOf, base: dirname(path), self: path };
};

/** The model that a folder of somebody else's is to a plugin that knows such. */
const adopted = async (folder: string, named: readonly string[]): Promise<Standing | undefined> => {
  if (await isOurs(folder)) return undefined;
  for (const plugin of (await loadPlugins({ named, base: folder })).plugins) {
    const definition = await plugin.adopt?.(folder);
    if (definition) return { folder, manifest: { format: 1, fingerprint: '', parts: {}, definition } };
  }
  return undefined;
};

const isOurs = async (folder: string): Promise<boolean> => {
  for (const name of ['pipeline.json', 'current.json']) if (await stat(join(folder, name)).catch(() => undefined)) return true;
  return false;
};

/** The definition with some settings replaced; missing objects on the way are made. */
const withSettings = (definition: unknown, settings: Readonly<Record<string, unknown>>): unknown => {
  const out = structuredClone(definition);
  for (const [path, value] of Object.entries(settings)) {
    const keys = path.split('.');
    if (keys.some((key) => key === '__proto__' || key === 'prototype' || key === 'constructor')) throw errors.SETTING_NOT_ALLOWED(path);
    let at = out as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      if (typeof at[key] === 'string') at[key] = { use: at[key] };
      if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[keys.at(-1)!] = value;
  }
  return writeOut(out);
=======
export const open = async (source: string | object, options: OpenOptions = {}): Promise<Pipeline> => {
  const { resolved, registry, base, self, standing, faults } = await prepare(source, options);
  if (!resolved) throw new InvalidPipeline(faults);
  const { models = 'models', plugins = [], train = true } = options;
  const shelf = resolvePath(models);
  const lender = (reference: string) => open(resolvePath(reference), { models: shelf, plugins, train: false });
  const { Pipeline } = await import('./pipeline.ts'); // what only checks needs neither injection nor streams
  return new Pipeline({ resolved, registry, base, self, models: shelf, standing, mayTrain: train, lender });
>>>>>>> main
};
