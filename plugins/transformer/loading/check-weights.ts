import { readFile } from 'node:fs/promises';
import { readSafetensors } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { parametersOf } from '../architecture/parameters.ts';
import { errors } from '../errors.ts';

/** Holds a file of weights to an architecture. Throws TRANSFORMER_FILE, TOOLKIT_SAFETENSORS or TRANSFORMER_TENSORS with all that differs. */
export const checkWeights = async (path: string, architecture: Architecture): Promise<void> => {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw errors.TRANSFORMER_FILE(path, `it cannot be opened (${error.code})`);
  });
  const { tensors } = readSafetensors(bytes);
  const wanted = parametersOf(architecture);
  const faults: string[] = [];
  for (const [name, { shape }] of wanted) {
    const found = tensors[name];
    if (!found) faults.push(`"${name}" is missing`);
    else if (found.dtype !== 'float32' || found.dims.join() !== shape.join())
      faults.push(`"${name}" is ${found.dtype}[${found.dims.join(', ')}], and float32[${shape.join(', ')}] is wanted`);
  }
  for (const name of Object.keys(tensors)) if (!wanted.has(name)) faults.push(`"${name}" has no place here`);
  if (faults.length > 0) throw errors.TRANSFORMER_TENSORS(path, faults);
};
