import { rename, rm, writeFile } from 'node:fs/promises';
import { errors } from '../../declaring.ts';

/** Writes a file that the command line names, whole or not at all. Throws CANNOT_WRITE. */
export const save = async (path: string, text: string): Promise<void> => {
  const part = `${path}.part`;
  try {
    await writeFile(part, text);
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined);
    throw errors.CANNOT_WRITE(path, cause).because(cause);
  }
};
