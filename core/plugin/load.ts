import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { utf8Of } from '../data/utf8.ts';
import { errors, StagewrightError } from '../errors.ts';
import { checkPlugin } from './check-plugin.ts';
import type { Plugin } from './define.ts';
import { NOTHING, type Registry, register } from './registry.ts';

/** Where a user's own plugins may come from. */
export interface Allowed {
  /** Modules named on the command line or by the program: they may run. */
  readonly named?: readonly string[];
  /** Modules that a pipeline names: they may run where the user's package.json lists them. */
  readonly asked?: readonly string[];
  /** The folder that asked modules are relative to. */
  readonly base: string;
  /** Hears why the asked module of that index cannot be had, and loading goes on without it; absent: that is an error. */
  readonly refused?: (index: number, error: StagewrightError) => void;
}

/** Our own plugins, and the user's where they are allowed. */
export const loadPlugins = async ({ named = [], asked = [], base, refused }: Allowed): Promise<Registry> => {
  const own = await ownPlugins();
  const listed = asked.length > 0 ? await listedPlugins(base) : new Set<string>();
  const seen = new Set<string>();
  const names = [...named.map((name) => [name, process.cwd(), true] as const), ...asked.map((name) => [name, base, false] as const)];
  const refuse = (index: number, error: unknown): void => {
    if (!refused || index < named.length || !(error instanceof StagewrightError)) throw error;
    refused(index - named.length, error);
  };
  const users: (Plugin | undefined)[] = [];
  for (const [index, [name, from, mayRun]] of names.entries()) {
    try {
      const place = locate(name, from);
      if (!mayRun && !seen.has(place) && !listed.has(place)) throw errors.PLUGIN_NOT_ALLOWED(name);
      users.push(seen.has(place) ? NOTHING : await importPlugin(place, name));
      seen.add(place);
    } catch (error) {
      refuse(index, error);
      users.push(undefined);
    }
  }
  return register(own, users, refuse);
};

let own: Promise<readonly Plugin[]> | undefined;

/** The folders beside core: every one with an `index` that defines a plugin; the toolkit is a library. */
const ownPlugins = (): Promise<readonly Plugin[]> => {
  own ??= (async () => {
    const folder = new URL('../../plugins/', import.meta.url);
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name !== 'toolkit');
    return Promise.all(
      entries.map(async ({ name }) => checkPlugin((await import(new URL(`${name}/index.${extension}`, folder).href)).default, name)),
    );
  })();
  return own;
};

/** What the nearest package.json lists as the user's own plugins. */
const listedPlugins = async (base: string): Promise<Set<string>> => {
  for (let folder = resolve(base); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined) {
      const listed = (packageOf(bytes, path) as { stagewright?: { plugins?: unknown } }).stagewright?.plugins;
      return new Set(Array.isArray(listed) ? listed.map((name) => locate(String(name), folder)) : []);
    }
    if (dirname(folder) === folder) return new Set();
  }
};

/** What a package.json holds. Throws PACKAGE_UNREADABLE. */
export const packageOf = (bytes: Uint8Array, path: string): object => {
  const read = utf8Of(bytes);
  if ('fault' in read) throw errors.PACKAGE_UNREADABLE(path, read.fault);
  try {
    return Object(JSON.parse(read.text)) as object;
  } catch (cause) {
    throw errors.PACKAGE_UNREADABLE(path, 'is no JSON; mend it.').because(cause);
  }
};

const locate = (name: string, base: string): string => {
  if (name.startsWith('.') || isAbsolute(name)) return resolve(base, name);
  try {
    return createRequire(join(resolve(base), 'package.json')).resolve(name);
  } catch (cause) {
    throw errors.PLUGIN_NOT_FOUND(name, cause).because(cause);
  }
};

/** A TypeScript plugin goes through tsx, since Node 20 cannot strip types. */
const importPlugin = async (place: string, name: string): Promise<Plugin> => {
  try {
    const url = pathToFileURL(place).href;
    const folder = await readdir(place).catch(() => undefined);
    const entry = folder ? `${url}/${folder.find((file) => /^index\.(ts|js|mjs)$/.test(file)) ?? 'index.js'}` : url;
    const module = entry.endsWith('.ts') ? await (await import('tsx/esm/api')).tsImport(entry, import.meta.url) : await import(entry);
    return checkPlugin(exportsOf(module).default, name, true);
  } catch (cause) {
    if (cause instanceof StagewrightError) throw cause;
    throw errors.PLUGIN_NOT_FOUND(name, cause).because(cause);
  }
};

/** What a module exports, also where it was written as an ECMAScript module and compiled to CommonJS, as tsx does where no package.json says "type": "module". */
export const exportsOf = (module: unknown): Readonly<Record<string, unknown>> => {
  const inner = (module as { default?: unknown }).default;
  return (typeof inner === 'object' && inner !== null && '__esModule' in inner ? inner : module) as Readonly<Record<string, unknown>>;
};
