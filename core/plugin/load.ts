import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errors, StagewrightError } from '../errors.ts';
import type { Declares } from '../stages/declares.ts';
import { CONTRACT, type Plugin, type Verb } from './define.ts';

const VERBS: readonly Verb[] = ['read', 'write', 'tokenize', 'encode', 'attend', 'decode', 'sample', 'evaluate', 'train'];

/** A stage that some plugin offers. */
export interface Offer {
  readonly name: string;
  readonly plugin: Plugin;
}

/** Every stage of every plugin, by verb and name. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  find(verb: Verb, name: string): Offer | undefined;
  offers(verb: Verb): readonly Offer[];
}

/** What a plugin declares of one of its stages under given settings. */
export const declared = ({ name, plugin }: Offer, settings: unknown): Declares => {
  const declares = plugin.declares?.[name];
  return (typeof declares === 'function' ? declares(settings as never) : declares) ?? {};
};

/** Puts plugins side by side; two that offer the same name to the same verb are an error. */
const register = (plugins: readonly Plugin[]): Registry => {
  const byVerb = new Map<Verb, Map<string, Offer>>(VERBS.map((verb) => [verb, new Map()]));
  for (const plugin of plugins) {
    for (const [verb, offers] of byVerb) {
      for (const name of Object.keys(plugin.stages[verb] ?? {})) {
        const taken = offers.get(name);
        if (taken) throw errors.NAME_TAKEN(verb, name, taken.plugin.name, plugin.name);
        offers.set(name, { name, plugin });
      }
    }
  }
  return {
    plugins,
    find: (verb, name) => byVerb.get(verb)?.get(name),
    offers: (verb) => [...byVerb.get(verb)!.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
};

/** Where a user's own plugins may come from. */
export interface Allowed {
  /** Modules named on the command line or by the program: they may run. */
  readonly named?: readonly string[];
  /** Modules that a pipeline names: they may run where the user's package.json lists them. */
  readonly asked?: readonly string[];
  /** The folder that asked modules are relative to. */
  readonly base: string;
}

/** Our own plugins, and the user's where they are allowed. */
export const loadPlugins = async ({ named = [], asked = [], base }: Allowed): Promise<Registry> => {
  const own = await ownPlugins();
  const listed = asked.length > 0 ? await listedPlugins(base) : new Set<string>();
  const wanted = new Map<string, string>(named.map((name) => [locate(name, process.cwd()), name]));
  for (const name of asked) {
    const place = locate(name, base);
    if (!wanted.has(place) && !listed.has(place)) throw errors.PLUGIN_NOT_ALLOWED(name);
    wanted.set(place, name);
  }
  const users = await Promise.all([...wanted].map(([place, name]) => importPlugin(place, name)));
  return register([...own, ...users]);
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
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      const listed = (JSON.parse(text) as { stagewright?: { plugins?: unknown } }).stagewright?.plugins;
      return new Set(Array.isArray(listed) ? listed.map((name) => locate(String(name), folder)) : []);
    }
    if (dirname(folder) === folder) return new Set();
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
    return checkPlugin((module as { default?: { default?: unknown } }).default, name);
  } catch (cause) {
    if (cause instanceof StagewrightError) throw cause;
    throw errors.PLUGIN_NOT_FOUND(name, cause).because(cause);
  }
};

const checkPlugin = (value: unknown, name: string): Plugin => {
  const plugin = value as Plugin | undefined;
  if (typeof plugin !== 'object' || plugin === null) throw errors.NOT_A_PLUGIN(name, 'it has no default export');
  if (typeof plugin.name !== 'string' || plugin.name === '') throw errors.NOT_A_PLUGIN(name, 'it has no name');
  if (plugin.contract !== CONTRACT) throw errors.PLUGIN_CONTRACT(plugin.name, plugin.contract, CONTRACT);
  if (typeof plugin.stages !== 'object' || plugin.stages === null) throw errors.NOT_A_PLUGIN(name, 'it offers no stages');
  for (const [verb, stages] of Object.entries(plugin.stages)) {
    if (!(VERBS as readonly string[]).includes(verb)) throw errors.NOT_A_PLUGIN(name, `"${verb}" is no verb of a pipeline`);
    for (const [stage, recipe] of Object.entries(stages ?? {}))
      if (typeof recipe?.make !== 'function' || !Array.isArray(recipe.needs))
        throw errors.NOT_A_PLUGIN(name, `"${stage}" to ${verb} is made without provide()`);
  }
  return plugin;
};
