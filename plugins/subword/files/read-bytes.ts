import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isPointer } from '../../../core/declaring.ts';
import { errors } from '../errors.ts';

/** Twice the largest tokenizer in use. */
const MOST_BYTES = 1 << 26;

/** A file's bytes, unpacked where its name ends in .gz; throws FILE_ABSENT, FILE_TOO_BIG, FILE_UNREADABLE, FILE_POINTER. */
export const readBytes = (path: string): Buffer => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw errors.FILE_ABSENT(path, 'a file');
  if (!found.isFile()) throw errors.FILE_UNREADABLE(path, found.isDirectory() ? 'it is a folder' : 'it is no file');
  if (found.size > MOST_BYTES) throw errors.FILE_TOO_BIG(path, found.size, MOST_BYTES);
  const bytes = readFileSync(path);
  if (isPointer(bytes)) throw errors.FILE_POINTER(path);
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw errors.FILE_TOO_BIG(path, MOST_BYTES, MOST_BYTES);
    throw errors.FILE_UNREADABLE(path, error instanceof Error ? error.message : String(error));
  }
};

/** The text of UTF-8 bytes; throws FILE_UNREADABLE where they are none. */
export const readText = (bytes: Uint8Array, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw errors.FILE_UNREADABLE(path, 'it is no UTF-8 text');
  }
};

/** What JSON bytes say; throws FILE_UNREADABLE. */
export const readJson = (bytes: Uint8Array, path: string): unknown => {
  const text = readText(bytes, path);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw errors.FILE_UNREADABLE(path, error.message);
  }
};
