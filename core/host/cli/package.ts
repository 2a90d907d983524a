import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The root of the package: two or three folders up, from the sources or from dist. */
const root = new URL(import.meta.url.endsWith('.ts') ? '../../../' : '../../../../', import.meta.url);

/** A file that ships with the package. */
export const shipped = (path: string): string => fileURLToPath(new URL(path, root));

/** The version in package.json. */
export const packageVersion = async (): Promise<string> =>
  (JSON.parse(await readFile(shipped('package.json'), 'utf8')) as { version: string }).version;
