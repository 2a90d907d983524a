import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DType, type Value, writeSafetensors } from '../../../plugins/toolkit/index.ts';

/** The waves that reference.py fills weights with. */
const wave = (size: number, seed: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + 0.7 * seed) + 0.5 * Math.cos(2.9 * i * (seed + 1)));

/** The weight of a name and shape, as reference.py makes it. */
export const waves = (name: string, dims: readonly number[], seed: number): Value => {
  const ones = name.includes('norm') || (name.includes('ln_') && name.endsWith('weight'));
  const values = wave(
    dims.reduce((size, dim) => size * dim, 1),
    seed,
  );
  return {
    dims,
    data: Float32Array.from(values, (x) => (ones ? 1 + Math.fround(0.1) * Math.fround(x) : Math.fround(0.3) * Math.fround(x))),
  };
};

/** A folder as Hugging Face has it, its weights in so many files. */
export const writeFolder = async (
  folder: string,
  config: object,
  tensors: Readonly<Record<string, Value>>,
  { shards = 1, dtype = 'float32' as DType } = {},
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const names = Object.keys(tensors);
  const fileOf = (at: number): string => (shards === 1 ? 'model.safetensors' : `model-${at + 1}-of-${shards}.safetensors`);
  const map: Record<string, string> = {};
  for (let at = 0; at < shards; at++) {
    const mine = names.filter((_, i) => i % shards === at);
    for (const name of mine) map[name] = fileOf(at);
    await writeFile(join(folder, fileOf(at)), writeSafetensors(Object.fromEntries(mine.map((name) => [name, as(tensors[name]!, dtype)]))));
  }
  if (shards > 1) await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
  return folder;
};

/** The same numbers in another type: of half a float, those that it holds exactly. */
const as = ({ dims, data }: Value, dtype: DType) => {
  if (dtype !== 'bfloat16') return { dtype, dims, data };
  const bits = new Uint32Array((data as Float32Array).slice().buffer);
  return { dtype, dims, data: Uint16Array.from(bits, (each) => each >>> 16) };
};
