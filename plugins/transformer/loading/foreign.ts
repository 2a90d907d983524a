import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isPointer } from '../../../core/declaring.ts';
import { ofFile, readModel } from '../../toolkit/index.ts';
import { errors } from '../errors.ts';
import { readConfig, size } from './config.ts';

/** An exported graph, and what must be known of it before it is opened. */
export interface Foreign {
  readonly onnx: string;
  readonly vocabulary: number;
  readonly context: number;
}

const LARGEST = 2 ** 31; // bytes: no larger .onnx file can be

/** Where exporters put a decoder's graph, and how they call it: whole ones before those of less precision. */
const PLACES = ['onnx', '.'];
const NAMES = ['model', 'decoder_model_merged', 'decoder_with_past_model'];
const SUFFIXES = ['', '_fp16', '_quantized', '_int8', '_uint8', '_q4f16', '_q4', '_bnb4'];

/** The exported graph of a folder that has no safetensors, if it has one: that of a name, or the first that exporters would call so. Throws TRANSFORMER_FILE where it is not there, or reaches outside of its folder. */
export const foreignOf = (folder: string, name: string | undefined): Foreign | undefined => {
  const own = existsSync(join(folder, 'model.safetensors')) || existsSync(join(folder, 'model.safetensors.index.json'));
  if (name === undefined && own) return undefined;
  const names = name !== undefined ? [name] : SUFFIXES.flatMap((suffix) => NAMES.map((each) => `${each}${suffix}`));
  const paths = names.flatMap((each) => PLACES.map((place) => join(folder, place, `${each}.onnx`)));
  const onnx = paths.find((path) => existsSync(path));
  if (onnx === undefined && name === undefined) return none(folder);
  if (onnx === undefined) throw errors.TRANSFORMER_FILE(paths[0]!, 'it is not there');
  checkOutside(onnx);
  const { path, values } = readConfig(folder);
  const lengths = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'];
  const key = lengths.find((each) => (values[each] ?? null) !== null) ?? lengths[0]!;
  return { onnx, vocabulary: size({ path, values }, 'vocab_size'), context: size({ path, values }, key) };
};

/** No graph, and no error where there is none at all. */
const none = (folder: string): undefined => {
  const path = join(folder, 'onnx');
  const graphs = existsSync(path) ? readdirSync(path).filter((each) => each.endsWith('.onnx')) : [];
  if (graphs.length > 0)
    throw errors.TRANSFORMER_FILE(
      path,
      `of ${graphs.slice(0, 5).join(', ')} none is called as a decoder with its cache is, ${NAMES.join(', ')}; choose one by "onnx"`,
    );
};

/** Weights beside the file must stand in its folder, also through links, and be as long as it says. */
const checkOutside = (path: string): void => {
  const found = statSync(path);
  if (found.isDirectory()) throw errors.TRANSFORMER_FILE(path, 'it is a folder');
  if (found.size > LARGEST) throw errors.TRANSFORMER_FILE(path, `it has ${found.size} bytes, and ${LARGEST} are the most`);
  const folder = realpathSync(dirname(path));
  const inside = (target: string): boolean => {
    const way = relative(folder, target);
    return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  for (const [name, { external }] of ofFile(path, readFileSync(path), readModel).initialisers) {
    if (!external) continue;
    const { location, offset, length = 0 } = external;
    const lies = (why: string): Error => errors.TRANSFORMER_FILE(path, `the outside data of "${name}" ${why}`);
    if (location === '' || isAbsolute(location) || !inside(resolve(folder, location)))
      throw lies(`is at "${location}", outside of its folder`);
    const target = resolve(folder, location);
    if (!existsSync(target)) throw lies(`should be at "${location}", which is not there`);
    if (!inside(realpathSync(target))) throw lies(`is at "${location}", a link out of its folder`);
    const held = statSync(target).size;
    if (held < length && isPointer(readFileSync(target))) throw lies(`is a pointer of Git LFS; run \`git lfs pull\` beside it`);
    if (!(offset >= 0 && offset + length <= held)) throw lies(`ends at ${offset + length} of ${held} bytes`);
  }
};
