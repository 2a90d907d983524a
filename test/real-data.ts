import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '..', process.env.STAGEWRIGHT_DATA ?? '../shared/data');

/** A real file's path, or why the tests on it are skipped; the gate sets STAGEWRIGHT_DATA_REQUIRED, so that there they fail instead. */
export const realData = (path: string): { path: string; absent: boolean; why: string } => {
  const full = join(folder, path);
  const absent = !existsSync(full);
  if (absent && process.env.STAGEWRIGHT_DATA_REQUIRED) throw new Error(`${full} is required here`);
  return { path: full, absent, why: absent ? ` (skipped: no ${path}; set STAGEWRIGHT_DATA)` : '' };
};
