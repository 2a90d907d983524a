import { open, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { errors } from '../errors.ts';
import { DTYPES, type Value } from '../graph/dtype.ts';
import type { Node } from '../graph/node.ts';
import { inFile, ofFile } from '../weights/of-file.ts';
import type { Weight } from '../weights/safetensors.ts';
import { emitGraph } from './emit.ts';
import { type External, type ReadModel, readModel, valuesOf } from './read.ts';
import { type ModelInfo, writeModel } from './write.ts';

/** From how many bytes on a weight stands in a file beside the model, where that is wanted. */
const LARGE = 1024;
const ALIGNMENT = 64;

/** A graph with its weights as the bytes of an .onnx file; variables that have no weight are its inputs. With `fused` it is for the runtime's CPU alone. */
export const writeOnnx = (
  outputs: Readonly<Record<string, Node>>,
  weights: ReadonlyMap<string, Value> = new Map(),
  { fused = false, ...card }: ModelInfo & { readonly fused?: boolean } = {},
): Uint8Array => writeModel(emitGraph(outputs, fused), weights, card);

/** Writes an .onnx file, large weights in `<path>.data` beside it where `external` is asked for: the form for models of many hundred megabytes. */
export const saveOnnx = async (
  path: string,
  outputs: Readonly<Record<string, Node>>,
  weights: ReadonlyMap<string, Value> = new Map(),
  { external = false, ...card }: ModelInfo & { readonly external?: boolean } = {},
): Promise<void> => {
  const location = `${basename(path)}.data`;
  const parts: Uint8Array[] = [];
  let end = 0;
  const place = (_: string, bytes: Uint8Array): { location: string; offset: number } | undefined => {
    if (!external || bytes.length < LARGE) return undefined;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    parts.push(new Uint8Array(offset - end), bytes);
    end = offset + bytes.length;
    return { location, offset };
  };
  const model = writeModel(emitGraph(outputs), weights, card, place);
  if (parts.length > 0) await writeFile(`${path}.data`, parts);
  await writeFile(path, model);
};

/** Reads an .onnx file's names, shapes and metadata. Throws TOOLKIT_ONNX, TOOLKIT_POINTER. */
export const loadOnnx = async (path: string): Promise<ReadModel> => ofFile(path, await readFile(path), readModel);

/** The initialisers of an .onnx file by name, those beside it too, which must stand within its folder, also through links. Throws TOOLKIT_ONNX, TOOLKIT_POINTER. */
export const loadWeights = (path: string, names?: readonly string[]): Promise<Map<string, Weight>> =>
  weightsOf(path, names).catch((error) => {
    throw inFile(path, error);
  });

const weightsOf = async (path: string, names?: readonly string[]): Promise<Map<string, Weight>> => {
  const { initialisers } = await loadOnnx(path);
  const weights = new Map<string, Weight>();
  for (const name of names ?? initialisers.keys()) {
    const initialiser = initialisers.get(name);
    if (!initialiser) throw errors.TOOLKIT_ONNX(`it has no "${name}"`);
    const { dtype, dims, external } = initialiser;
    const size = dims.reduce((product, dim) => product * dim, 1) * DTYPES[dtype].bytes;
    const outside = external && (await readOutside(path, name, external, size));
    weights.set(name, { dtype, dims, data: valuesOf(name, initialiser, outside) });
  }
  return weights;
};

const readOutside = async (path: string, name: string, { location, offset, length }: External, size: number): Promise<Uint8Array> => {
  const lies = (why: string): Error => errors.TOOLKIT_ONNX(`the outside data of "${name}" ${why}`);
  if (length !== undefined && length !== size) throw lies(`claims ${length} bytes where its shape takes ${size}`);
  if (!Number.isSafeInteger(offset) || offset < 0) throw lies(`lies at ${offset}`);
  const folder = await realpath(dirname(path));
  const inside = (target: string): boolean => {
    const way = relative(folder, target);
    return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  if (location === '' || isAbsolute(location) || !inside(resolve(folder, location)))
    throw lies(`is said to be at "${location}", outside of the model's folder`);
  const target = await realpath(resolve(folder, location)).catch(() => {
    throw lies(`should be at "${location}", which is not there`);
  });
  if (!inside(target)) throw lies(`is at "${location}", a link out of the model's folder`);
  await using file = await open(target);
  const { size: held } = await file.stat();
  if (offset + size > held) throw lies(`ends at ${offset + size} of ${held} bytes`);
  const bytes = new Uint8Array(size);
  await file.read(bytes, 0, size, offset);
  return bytes;
};
