import { isPointer } from '../../../core/data/pointer.ts';
import { StagewrightError } from '../../../core/errors.ts';
import { errors } from '../errors.ts';

/** What is read from the bytes of a file; what is wrong with them names the file. Throws TOOLKIT_POINTER where Git LFS did not fetch it. */
export const ofFile = <T>(path: string, bytes: Uint8Array, read: (bytes: Uint8Array) => T): T => {
  if (isPointer(bytes)) throw errors.TOOLKIT_POINTER(path);
  try {
    return read(bytes);
  } catch (error) {
    throw inFile(path, error);
  }
};

/** The same error with the name of the file, where it does not say it. */
export const inFile = (path: string, error: unknown): unknown =>
  error instanceof StagewrightError && !error.message.includes(path)
    ? new StagewrightError(error.code, `"${path}": ${error.message}`, error)
    : error;
