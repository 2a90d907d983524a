import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { errors } from '../errors.ts';
import type { Source } from '../stages/read.ts';

/** The files that paths and globs name, in the order of the patterns and sorted within each; throws where one names nothing, a folder, or the pipeline's own file. */
export const findFiles = async (patterns: readonly string[], base: string, self?: string): Promise<string[]> => {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const found = (await globbed(pattern, base)) ?? [resolve(base, pattern)];
    if (found.length === 0) throw errors.DATA_MISSING(pattern, base);
    for (const path of found.sort()) {
      const kind = await stat(path).catch(() => undefined);
      if (!kind) throw errors.DATA_MISSING(pattern, base);
      if (kind.isDirectory()) throw errors.DATA_IS_DIRECTORY(pattern);
      if (path === self) throw errors.DATA_IS_PIPELINE(pattern);
      files.add(path);
    }
  }
  return [...files];
};

/** What a glob finds; nothing where the pattern is a plain path, for which no library need be loaded. */
const globbed = async (pattern: string, base: string): Promise<string[] | undefined> => {
  if (!/[!*?@+()[\]{}]/.test(pattern)) return undefined;
  const { glob, isDynamicPattern } = await import('tinyglobby');
  return isDynamicPattern(pattern) ? glob(pattern, { cwd: base, absolute: true, onlyFiles: true }) : undefined;
};

/** The longest of some endings that a file's name has, `.gz` aside; `''` is the ending of every name. */
export const endingOf = (file: string, endings: Iterable<string>): string | undefined => {
  const name = basename(file).toLowerCase().replace(/\.gz$/, '');
  return [...endings].sort((a, b) => b.length - a.length).find((ending) => name.endsWith(ending));
};

/** A file as a source; `.gz` is unpacked on the way. */
export const openSource = (path: string): Source => ({ name: path, bytes: bytesOf(path) });

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const unpacked = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.once('error', (error) => unpacked.destroy(error));
  try {
    for await (const bytes of unpacked) yield bytes as Uint8Array;
  } catch (cause) {
    throw errors.DATA_UNREADABLE(path, cause).because(cause);
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}

/** A hash of what files hold, in their order; their names do not count. */
export const hashFiles = async (paths: readonly string[]): Promise<string> => {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { size } = await stat(path);
    hash.update(`${size}\n`);
    const file = createReadStream(path, { highWaterMark: 1 << 20 });
    try {
      for await (const bytes of file) hash.update(bytes as Uint8Array);
    } catch (cause) {
      throw errors.DATA_UNREADABLE(path, cause).because(cause);
    }
  }
  return hash.digest('hex');
};
