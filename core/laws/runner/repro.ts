import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from '../../plugin/define.ts';
import { exportsOf } from '../../plugin/load.ts';
import type { Law } from '../law.ts';
import { type Kind, laws } from '../laws/every.ts';
import { openSubject } from '../subjects/as-subject.ts';
import type { Beside } from '../subjects/choosing.ts';
import { subjectOf } from '../subjects/plugin-subjects.ts';
import { errors } from './errors.ts';
import { type Failure, hold, type Verdict } from './hold.ts';

/** Where a subject comes from, so that it can be made again. */
export interface Origin {
  readonly kind: Kind;
  /** What it is called. */
  readonly name: string;
  /** A module that exports it, or the plugin that makes it: a URL, a path from the current folder, or a package. */
  readonly module?: string;
  /** The export's name; absent: `default`. */
  readonly export?: string;
  /** The stage's name, where the module is a plugin, and its settings. */
  readonly use?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly training?: Readonly<Record<string, unknown>>;
  /** The folder that it was loaded from. */
  readonly model?: string;
  /** What else was handed over, which no file can hold: `rows`, `tokenizer`. */
  readonly beside?: readonly string[];
}

/** All it takes to see a failure again; a JSON file. */
export interface Repro {
  readonly law: string;
  readonly subject: Origin;
  readonly seed: number;
  readonly path: string;
  readonly runs: number;
  /** As it was found: what a replay should come to. */
  readonly message: string;
  readonly counterexample: Readonly<Record<string, string>>;
}

/** Writes a repro into a folder, and says where. */
export const writeRepro = async (folder: string, subject: Origin, failure: Failure): Promise<string> => {
  const { law, seed, path, runs, message, counterexample } = failure;
  const repro: Repro = { law, subject, seed, path, runs, message, counterexample };
  const file = join(
    folder,
    `${[subject.name, subject.use, law]
      .filter(Boolean)
      .join(' ')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')}.json`,
  );
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(repro, undefined, 2)}\n`);
  return file;
};

/** Reads a repro; throws where the file is none. */
export const readRepro = async (file: string): Promise<Repro> => {
  const fail = (what: string) => errors.BAD_REPRO(file, what);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fail(UNREADABLE[error.code ?? ''] ?? `it cannot be read (${error.code})`).because(error);
  });
  let repro: Partial<Repro> | undefined;
  try {
    repro = JSON.parse(text) as Partial<Repro>;
  } catch (error) {
    throw fail('it is not JSON').because(error);
  }
  const strings = [repro?.law, repro?.path, repro?.subject?.kind, repro?.subject?.name];
  if (!strings.every((one) => typeof one === 'string') || !Number.isInteger(repro?.seed))
    throw fail('law, subject, seed and path are not all there');
  if (!lawOf(repro as Repro)) throw fail(`"${repro?.subject?.kind}" has no law "${repro?.law}"`);
  return repro as Repro;
};

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file is there',
  EISDIR: 'it is a folder; name a file in it',
};

const lawOf = ({ law, subject }: Repro): Law<never> | undefined =>
  Object.hasOwn(laws, subject.kind) ? laws[subject.kind].find(({ name }) => name === law) : undefined;

/** Finds a plugin by its name, where a repro names no module: the command hands over its registry. */
export type FindPlugin = (name: string) => Promise<Plugin | undefined> | Plugin | undefined;

/** Where a repro's subject may be taken from instead of its module. */
export interface Replaying {
  /** The subject itself, or what an author hands over for it. */
  readonly subject?: unknown;
  /** What was handed over beside a plugin when the failure was found. */
  readonly beside?: Beside;
  readonly find?: FindPlugin;
}

/** Holds the subject of a repro to its law once more, at the very sample; a failure comes out as it was found. */
export const replay = async (of: string | Repro, { subject, beside = {}, find }: Replaying = {}): Promise<Verdict> => {
  const repro = typeof of === 'string' ? await readRepro(of) : of;
  const law = lawOf(repro);
  if (!law) throw errors.BAD_REPRO(repro.law, `"${repro.subject.kind}" has no such law`);
  const { seed, path } = repro;
  const origin = repro.subject;
  const how = { seed, path, runs: Math.max(1, repro.runs), seconds: 600 };
  const like = subject ?? (await load(origin, find));
  const { use, settings = {}, training, model } = origin;
  const missing = (origin.beside ?? []).filter((name) => !(name in beside));
  if (missing.length > 0) throw errors.REPLAY_BESIDE(repro.law, missing);
  const from = { ...beside, plugin: like as Plugin, settings, ...(training && { training }), ...(model !== undefined && { model }) };
  const made = use === undefined ? await openSubject(origin.kind, like) : await subjectOf(origin.kind, { ...from, use });
  try {
    return await hold(law, made.subject as never, how);
  } finally {
    await made.close?.();
  }
};

const load = async ({ name, module, use, export: exported = 'default' }: Origin, find: FindPlugin | undefined): Promise<unknown> => {
  if (module === undefined) {
    const plugin = await find?.(name);
    if (!plugin) throw errors.NO_SUBJECT(name);
    return plugin;
  }
  const place = module.startsWith('file:') ? module : /^[./]/.test(module) ? pathToFileURL(resolve(module)).href : module;
  const loaded = /\.[cm]?tsx?$/.test(place) && !import.meta.url.endsWith('.ts') ? await importTypeScript(place) : await import(place);
  const value = exportsOf(loaded)[exported];
  if (value === undefined) throw errors.BAD_REPRO(module, `it exports no "${exported}"`);
  if (use !== undefined && (value as Plugin).name !== name) throw errors.BAD_REPRO(module, `its "${exported}" is not the plugin "${name}"`);
  return value;
};

/** Node 20 cannot strip types. */
const importTypeScript = async (place: string): Promise<unknown> => (await import('tsx/esm/api')).tsImport(place, import.meta.url);
