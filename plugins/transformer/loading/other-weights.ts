import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../errors.ts';

const KINDS = /^pytorch_model\b.*\.bin$|\.gguf$/;

/** Throws TRANSFORMER_OTHER_WEIGHTS where a folder has weights of a kind that is not read, and none that is. */
export const checkKind = (folder: string): void => {
  const names = readdirSync(folder).sort();
  const own = ['model.safetensors', 'model.safetensors.index.json'].some((name) => existsSync(join(folder, name)));
  const other = own ? undefined : names.find((name) => KINDS.test(name));
  if (other !== undefined) throw errors.TRANSFORMER_OTHER_WEIGHTS(folder, other);
};
