import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline as pump } from 'node:stream/promises';
import { errors, isAbort, StagewrightError } from '../errors.ts';

/** Writes bytes to a path: a file is there whole or not at all, also behind a link; a device or a pipe is written to as it is. Throws CANNOT_WRITE, PATH_IS_FOLDER. */
export const putFile = async (path: string, bytes: AsyncIterable<Uint8Array> | Iterable<string | Uint8Array>): Promise<void> => {
  const stands = await stat(path).catch(() => undefined);
  if (stands?.isDirectory()) throw errors.PATH_IS_FOLDER(path);
  const whole = stands === undefined || stands.isFile();
  const target = whole ? await realpath(path).catch(() => resolve(path)) : path;
  const written = whole ? `${target}.part` : path;
  try {
    if (whole) await mkdir(dirname(target), { recursive: true });
    await pump(Readable.from(bytes), createWriteStream(written));
    if (whole) await rename(written, target);
  } catch (cause) {
    if (whole) await rm(written, { force: true }).catch(() => undefined);
    throw cause instanceof StagewrightError || isAbort(cause) ? cause : errors.CANNOT_WRITE(path, cause).because(cause);
  }
};
