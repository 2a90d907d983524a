import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const traces = new WeakMap<object, { readonly stack?: string }>();

/** Remembers who defines a plugin: the caller of `definer`. A trace is read only when it is asked for. */
export const rememberPlace = (plugin: object, definer: (plugin: never) => object): void => {
  if (typeof plugin !== 'object' || plugin === null) return;
  const trace: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, definer);
  Error.stackTraceLimit = stackTraceLimit;
  traces.set(plugin, trace);
};

/** A module that exports something, and under which name. */
export interface Exported {
  /** A URL. */
  readonly module: string;
  readonly export: string;
}

/** The module that defines a plugin and exports it, as far as its text says so; undefined where it was made otherwise. */
export const definedAt = async (plugin: object): Promise<Exported | undefined> => {
  const place = placeIn(traces.get(plugin)?.stack ?? '');
  const text = place && (await readFile(place.path, 'utf8').catch(() => undefined));
  if (!place || text === undefined) return undefined;
  const lines = text.split('\n');
  const name = /^\s*export\s+const\s+([\p{ID_Start}$_][\p{ID_Continue}$]*)[^=]*=[^=]*\bdefinePlugin\b/u.exec(
    lines[place.line - 1] ?? '',
  )?.[1];
  const exported = name ?? (/\bexport\s+default\b|\bas\s+default\b/.test(text) ? 'default' : undefined);
  return exported === undefined ? undefined : { module: pathToFileURL(place.path).href, export: exported };
};

/** The file and the line of a trace's first frame, without what loaders add to its name. */
const placeIn = (stack: string): { readonly path: string; readonly line: number } | undefined => {
  const frame = /^\s*at (.*)$/m.exec(stack)?.[1] ?? '';
  const where = frame.endsWith(')') ? frame.slice(frame.indexOf(' (') + 2, -1) : frame.replace(/^async /, '');
  const [, file, line] = /^(.*?)(?:\?[^/]*)?:(\d+):\d+$/.exec(where) ?? [];
  if (file === undefined || !/^(file:|\/|[A-Za-z]:\\)/.test(file)) return undefined;
  return { path: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line) };
};
