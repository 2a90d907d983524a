import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { utf8Of } from '../data/utf8.ts';
import { errors, StagewrightError } from '../errors.ts';
import { schemaFault } from '../settings/validate.ts';
import type { Declares } from '../stages/declares.ts';
import { CONTRACT, isOptionsKey, optionsKeyOf, type Plugin, STAGE_KINDS, type StageKind } from './define.ts';
import { REQUEST_KEYS } from './request-keys.ts';

/** A stage that some plugin offers. */
export interface Offer {
  readonly name: string;
  readonly plugin: Plugin;
}

/** Every stage of every plugin, by verb and name. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  find(verb: StageKind, name: string): Offer | undefined;
  offers(verb: StageKind): readonly Offer[];
  /** Whether a plugin is missing that was asked for. */
  readonly partial: boolean;
}

/** What a plugin declares of one of its stages under given settings. */
export const declared = ({ name, plugin }: Offer, settings: unknown): Declares => {
  const declares = plugin.declares?.[name];
  return (typeof declares === 'function' ? declares(settings as never) : declares) ?? {};
};

/** Puts plugins side by side; two that offer the same name to the same verb are an error. */
const register = (
  own: readonly Plugin[],
  users: readonly (Plugin | undefined)[],
  refuse: (index: number, error: Error) => void,
): Registry => {
  const plugins: Plugin[] = [];
  let partial = false;
  const byVerb = new Map<StageKind, Map<string, Offer>>(STAGE_KINDS.map((verb) => [verb, new Map()]));
  const taken = (plugin: Plugin): StagewrightError | undefined => {
    for (const [verb, offers] of byVerb)
      for (const name of Object.keys(plugin.stages[verb] ?? {})) {
        const first = offers.get(name);
        if (first) return errors.NAME_TAKEN(verb, name, first.plugin.name, plugin.name);
      }
    return undefined;
  };
  for (const [at, plugin] of [...own, ...users].entries()) {
    const fault = plugin && taken(plugin);
    if (fault) refuse(at - own.length, fault);
    partial ||= !plugin || fault !== undefined;
    if (!plugin || fault) continue;
    plugins.push(plugin);
    for (const [verb, offers] of byVerb) for (const name of Object.keys(plugin.stages[verb] ?? {})) offers.set(name, { name, plugin });
  }
  return {
    plugins: plugins.filter((plugin) => plugin !== NOTHING),
    partial,
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

/** Stands for a module that is named twice. */
const NOTHING: Plugin = { name: '', contract: CONTRACT, about: '', stages: {} };

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
    const plugin = checkPlugin(exportsOf(module).default, name);
    for (const [stage, schema] of [...Object.entries(plugin.options ?? {}), ...Object.entries(plugin.training ?? {})]) {
      const fault = schemaFault(schema);
      if (fault !== undefined) throw errors.PLUGIN_WRONG_SCHEMA(plugin.name, stage, fault);
    }
    return plugin;
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

const checkPlugin = (value: unknown, name: string): Plugin => {
  const plugin = value as Plugin | undefined;
  if (typeof plugin !== 'object' || plugin === null) throw errors.NOT_A_PLUGIN(name, 'it has no default export');
  if (typeof plugin.name !== 'string' || plugin.name === '') throw errors.NOT_A_PLUGIN(name, 'it has no name');
  if (plugin.contract !== CONTRACT) throw errors.PLUGIN_CONTRACT(plugin.name, plugin.contract, CONTRACT);
  if (typeof plugin.stages !== 'object' || plugin.stages === null) throw errors.NOT_A_PLUGIN(name, 'it offers no stages');
  for (const [verb, stages] of Object.entries(plugin.stages)) {
    if (!(STAGE_KINDS as readonly string[]).includes(verb)) throw errors.NOT_A_PLUGIN(name, `"${verb}" is no verb of a pipeline`);
    for (const [stage, recipe] of Object.entries(stages ?? {}))
      if (typeof recipe?.make !== 'function' || !Array.isArray(recipe.needs))
        throw errors.NOT_A_PLUGIN(name, `"${stage}" to ${verb} is made without provide()`);
  }
  checkSchemas(plugin);
  return plugin;
};

/** Every schema that a plugin's recipes need must be there for a pipeline to be checked against, and be closed, so that no setting is ignored. */
const checkSchemas = ({ name, stages, services = [], options = {}, training = {} }: Plugin): void => {
  const schemas = [...Object.entries(options), ...Object.entries(training)];
  for (const [stage, schema] of schemas) {
    if (typeof schema !== 'object' || schema === null) throw errors.PLUGIN_NO_SCHEMA(name, stage);
    const { type, additionalProperties } = schema as { type?: unknown; additionalProperties?: unknown };
    if (type !== 'object' || additionalProperties !== false) throw errors.PLUGIN_OPEN_SCHEMA(name, stage);
  }
  for (const stage of Object.keys(stages.sample ?? {}))
    for (const setting of Object.keys((options[stage] as { properties?: object } | undefined)?.properties ?? {}))
      if (REQUEST_KEYS.includes(setting)) throw errors.PLUGIN_SETTING_TAKEN(name, stage, setting);
  const given = new Set(schemas.map(([, schema]) => optionsKeyOf(schema)));
  const recipes = Object.values(stages).flatMap((offers) => Object.entries(offers ?? {}));
  for (const [stage, { needs }] of [
    ...recipes,
    ...services.map((one) => ['id' in one.of ? String(one.of.id.description) : one.of.name, one] as const),
  ])
    for (const need of needs) if ('id' in need && isOptionsKey(need.id) && !given.has(need.id)) throw errors.PLUGIN_NO_SCHEMA(name, stage);
};
