import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { POINTER_BYTES } from '../../../core/declaring.ts';
import { headerEnd, type ListedWeight, listSafetensors, ofFile, readSafetensors, type Weight } from '../../toolkit/index.ts';
import { errors } from '../errors.ts';
import { readJson } from './config.ts';
import { checkKind } from './other-weights.ts';

const PIECE = 2 ** 28; // bytes read at one stretch
const MOST_INDEX = 100_000_000; // bytes that an index may have

/** The tensors of a folder: of model.safetensors, each of the shard that model.safetensors.index.json names for it. Throws TRANSFORMER_FILE, TOOLKIT_SAFETENSORS or TOOLKIT_POINTER. */
export const readShards = (folder: string): Promise<Map<string, Weight>> => tensorsOf(folder, readFileOf);

/** The same without their numbers: how they are called, their types and shapes. */
export const listShards = (folder: string): Promise<Map<string, ListedWeight>> => tensorsOf(folder, listFile);

const tensorsOf = async <T>(folder: string, read: (path: string) => Promise<Readonly<Record<string, T>>>): Promise<Map<string, T>> => {
  const single = join(folder, 'model.safetensors');
  if (await exists(single)) return new Map(Object.entries(await read(single)));
  const path = join(folder, 'model.safetensors.index.json');
  const map = await readIndex(path);
  const tensors = new Map<string, T>();
  for (const shard of new Set(map.values()))
    for (const [name, weight] of Object.entries(await read(join(folder, shard)))) {
      if ((map.get(name) ?? shard) !== shard) continue; // a copy that the index gives to another
      if (tensors.has(name)) throw errors.TRANSFORMER_FILE(path, `it says nothing of "${name}", which stands in several shards`);
      tensors.set(name, weight);
    }
  for (const [name, shard] of map)
    if (!tensors.has(name)) throw errors.TRANSFORMER_FILE(join(folder, shard), `it should hold "${name}", and does not`);
  return tensors;
};

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const readIndex = async (path: string): Promise<ReadonlyMap<string, string>> => {
  const found = await stat(path).catch(() => undefined);
  if (!found) checkKind(dirname(path));
  if (!found) throw errors.TRANSFORMER_FILE(path, 'neither it nor model.safetensors is there');
  const fault = (why: string): Error => errors.TRANSFORMER_FILE(path, why);
  const map = readJson(path, MOST_INDEX).weight_map;
  if (typeof map !== 'object' || map === null) throw fault('it has no "weight_map"');
  for (const shard of Object.values(map))
    if (typeof shard !== 'string' || shard !== basename(shard) || shard === '' || shard.startsWith('.'))
      throw fault(`it names the shard ${JSON.stringify(shard)}, which is no file of this folder`);
  return new Map(Object.entries(map as Record<string, string>));
};

/** What a .safetensors file holds, of which no more than the header is read. Throws TRANSFORMER_FILE, TOOLKIT_SAFETENSORS or TOOLKIT_POINTER. */
export const listFile = async (path: string): Promise<Readonly<Record<string, ListedWeight>>> => {
  await using file = await opened(path);
  const { size } = await file.stat();
  const end = ofFile(path, await readPart(file, path, Math.min(POINTER_BYTES, size)), (bytes) => headerEnd(bytes, size));
  return ofFile(path, await readPart(file, path, end), (bytes) => listSafetensors(bytes, size).tensors);
};

/** All that a .safetensors file holds. Throws TRANSFORMER_FILE, TOOLKIT_SAFETENSORS or TOOLKIT_POINTER. */
export const readFileOf = async (path: string): Promise<Readonly<Record<string, Weight>>> =>
  ofFile(path, await readWhole(path), (bytes) => readSafetensors(bytes).tensors);

/** A whole file, also one that is too large to be read at one stretch. */
export const readWhole = async (path: string, piece = PIECE): Promise<Uint8Array> => {
  await using file = await opened(path);
  return await readPart(file, path, (await file.stat()).size, piece); // and closed no sooner
};

const opened = async (path: string): Promise<FileHandle> => {
  const unopened = (error: NodeJS.ErrnoException): never => {
    throw errors.TRANSFORMER_FILE(path, `it cannot be opened (${error.code})`);
  };
  const target = await realpath(path).catch(unopened);
  if ((await stat(target).catch(unopened)).isDirectory()) throw errors.TRANSFORMER_FILE(path, 'it is a folder');
  return open(target).catch(unopened);
};

/** The first so many bytes. */
const readPart = async (file: FileHandle, path: string, size: number, piece = PIECE): Promise<Uint8Array> => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(piece, size - at), at);
    if (bytesRead === 0) throw errors.TRANSFORMER_FILE(path, `it ended after ${at} of ${size} bytes`);
    at += bytesRead;
  }
  return bytes;
};
