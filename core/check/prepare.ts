import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { utf8Of } from '../data/utf8.ts';
import { type Fault, InvalidPipeline, isPrototypeKey, MOST_BYTES, type Parsed, parse } from '../definition/parse.ts';
import { writeOut } from '../definition/schema.ts';
import { errors, type Place } from '../errors.ts';
import { adopted } from '../models/import.ts';
import { findModel, type StoredModel } from '../models/store.ts';
import type { Binding } from '../plugin/key.ts';
import { loadPlugins } from '../plugin/load.ts';
import type { Registry } from '../plugin/registry.ts';
import { nearest } from '../settings/nearest.ts';
import type { OptionFault } from '../settings/wording.ts';
import { checkOpening } from './call-options.ts';
import { type Resolved, resolve } from './resolve.ts';

/** How a pipeline is opened; all of it may be left out. */
export interface OpenOptions {
  /** Settings that replace those of the file, by their path: `{ 'backends.ngram.with.order': 4 }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The same from the environment; `set` wins. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Files to learn from instead of the pipeline's, relative to the current folder. */
  readonly data?: readonly string[];
  /** The folder of all models; absent: `models` in the current folder. */
  readonly models?: string;
  /** Modules of the user's own stages. */
  readonly plugins?: readonly string[];
  /** Services of one's own, instead of ours or for stages that need them: `[bind(CLOCK, () => 0)]`. */
  readonly provide?: readonly Binding[];
  /** `false`: a missing model is an error instead of a training. */
  readonly train?: boolean;
}

/** A pipeline that was read and looked through: its faults, or what it comes to. */
export interface Prepared {
  readonly registry: Registry;
  readonly faults: readonly Fault[];
  /** Absent where there are faults. */
  readonly resolved?: Resolved;
  /** What it says, settings replaced and short forms written out. */
  readonly written: unknown;
  /** What was replaced, the strongest first: path, value, and who says so. */
  readonly replaced: readonly Replaced[];
  readonly placeOf: (fault: Pick<OptionFault, 'path' | 'atKey'>) => Place | undefined;
  readonly parsed: Parsed | undefined;
  /** The folder that its paths are relative to. */
  readonly base: string;
  /** The pipeline's own file. */
  readonly self: string | undefined;
  /** The model, where a model's folder was opened. */
  readonly standing: StoredModel | undefined;
  /** Whether the pipeline itself says what to learn from. */
  readonly ownData: boolean;
}

/** A setting that does not come from the file. */
export interface Replaced {
  readonly path: string;
  readonly value: unknown;
  readonly by: '--set' | '--data' | 'STAGEWRIGHT_SET';
}

/** Reads a pipeline (a JSON file, a model's folder, a definition as a value) and looks it through; runs no plugin that it may not run. Throws InvalidArguments. */
export const prepare = async (source: string | object, options: OpenOptions): Promise<Prepared> => {
  checkOpening(source, options);
  const { set = {}, environment = {}, data, plugins = [] } = options;
  const { value, parsed, base, self, standing } = await read(source, plugins);
  const entries = (from: Readonly<Record<string, unknown>>, by: Replaced['by']): Replaced[] =>
    Object.entries(from).map(([path, value]) => ({ path, value, by }));
  const replaced = [
    ...entries(data ? { 'data.train': data.map((path) => resolvePath(path)) } : {}, '--data'),
    ...entries(set, '--set'),
    ...entries(environment, 'STAGEWRIGHT_SET'),
  ];
  const written = withSettings(writeOut(value), [...replaced].reverse());
  const placeOf = (fault: Pick<OptionFault, 'path' | 'atKey'>): Place | undefined => {
    const from = replacing(replaced, fault.path);
    return from ? { file: from.by === '--data' ? from.by : `${from.by} ${from.path}` } : parsed?.placeOf(fault);
  };
  const faults: Fault[] = [...(parsed?.faults ?? [])];
  const asked = (written as { plugins?: unknown } | null)?.plugins;
  const registry = await loadPlugins({
    named: plugins,
    asked: Array.isArray(asked) ? asked.map(String) : [],
    base,
    refused: (index, { message }) => {
      const path = ['plugins', index];
      const place = placeOf({ path });
      faults.push({ ...(place && { place }), path, message });
    },
  });
  const swapped = standing !== undefined || replaced.some(({ path }) => path === 'stages.backend');
  const { faults: found, resolved } = resolve(written, registry, { placeOf, swapped });
  faults.push(...found);
  return {
    registry,
    faults,
    ...(resolved && faults.length === 0 && { resolved }),
    written,
    replaced,
    placeOf,
    parsed,
    base,
    self,
    standing,
    ownData: Object(value).data !== undefined,
  };
};

/** Who replaced the setting at a path, if anybody: it itself, or something that it stands in. */
export const replacing = (replaced: readonly Replaced[], path: readonly (string | number)[]): Replaced | undefined =>
  replaced.find((one) => one.path.split('.').every((part, i) => String(path[i]) === part));

interface Reading {
  readonly value: unknown;
  readonly parsed?: Parsed;
  readonly base: string;
  readonly self?: string;
  readonly standing?: StoredModel;
}

const read = async (source: string | object, plugins: readonly string[]): Promise<Reading> => {
  if (typeof source !== 'string') return { value: source, base: process.cwd() };
  const path = resolvePath(source);
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw errors.PIPELINE_MISSING(source, await besideIt(source));
  if (kind.isDirectory()) {
    const standing = (await adopted(path, plugins)) ?? (await findModel(path));
    return { value: standing.manifest.definition, base: process.cwd(), standing };
  }
  if (kind.size > MOST_BYTES) throw errors.JSON_TOO_LARGE(source, kind.size, MOST_BYTES);
  const read = utf8Of(await readFile(path));
  if ('fault' in read) throw new InvalidPipeline([{ place: { file: source }, path: [], message: read.fault }]);
  const parsed = parse(read.text, source);
  return { value: parsed.value, parsed, base: dirname(path), self: path };
};

/** The file or folder whose name is nearest to one that is not there, in the same folder. */
const besideIt = async (source: string): Promise<string | undefined> => {
  const names = await readdir(dirname(resolvePath(source))).catch(() => []);
  const found = nearest(
    basename(source),
    names.filter((name) => name.endsWith('.json') || !name.includes('.')),
  );
  return found === undefined ? undefined : join(dirname(source), found);
};

/** The definition with some settings replaced, one after the other; missing objects on the way are made. */
const withSettings = (definition: unknown, settings: readonly Replaced[]): unknown => {
  let out = structuredClone(definition);
  for (const { path, value } of settings) {
    const keys = path.split('.');
    if (keys.some((key) => key === '' || isPrototypeKey(key)) || typeof out !== 'object' || out === null)
      throw errors.SETTING_NOT_ALLOWED(path);
    let at = out as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) {
      if (typeof at[key] === 'string') at[key] = { use: at[key] };
      if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[keys.at(-1)!] = value;
    out = writeOut(out);
  }
  return out;
};
