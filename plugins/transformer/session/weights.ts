import type { Value } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Precisions } from '../architecture/inference-graph.ts';
import { quantised } from './quantise.ts';

/** The initialisers of a reading graph: the model's weights, experts apart, products at their precision. */
export const weightsFor = (
  architecture: Architecture,
  { layers, head }: Precisions,
  weights: ReadonlyMap<string, Value>,
): Map<string, Value> => {
  const made = new Map<string, Value>();
  for (const [name, value] of weights) {
    if (/\.experts\.(up|down)\.weight$/.test(name)) {
      const [count, ...dims] = value.dims as readonly [number, number, number];
      const data = value.data as Float32Array;
      const size = dims[0] * dims[1];
      for (let expert = 0; expert < count; expert++) {
        const own = name.replace(/(up|down)\.weight$/, `${expert}.$1.weight`);
        for (const [key, part] of quantised(own, { dims, data: data.subarray(expert * size, (expert + 1) * size) }, layers))
          made.set(key, part);
      }
    } else if (/\.(qkv|out|up|up\.first|up\.second|down)\.weight$/.test(name))
      for (const [key, part] of quantised(name, value, layers)) made.set(key, part);
    else if (name === 'head.weight') for (const [key, part] of quantised(name, value, head)) made.set(key, part);
    else made.set(name, value);
  }
  if (architecture.tied && head !== 'float32')
    for (const [key, part] of quantised('head.weight', transposed(weights.get('embed.weight')!), head)) made.set(key, part);
  return made;
};

/** The same weights, but the gate and what it lets through apart, as the reading graph makes them: `up.first`, `up.second`. */
export const halved = ({ gated }: Architecture, weights: ReadonlyMap<string, Value>): Map<string, Value> =>
  new Map(
    [...weights].flatMap(([name, value]) => {
      if (!gated || !/\.up\.(weight|bias)$/.test(name) || name.includes('.experts.')) return [[name, value] as const];
      return ['first', 'second'].map((half, at) => [name.replace(/(weight|bias)$/, `${half}.$1`), halfOf(value, at)] as const);
    }),
  );

/** The first or the second half of the last axis. */
const halfOf = ({ dims, data }: Value, half: number): Value => {
  const columns = dims.at(-1)! / 2;
  const part = new Float32Array(data.length / 2);
  for (let at = 0; at < part.length; at += columns)
    part.set((data as Float32Array).subarray(2 * at + half * columns, 2 * at + (half + 1) * columns), at);
  return { dims: [...dims.slice(0, -1), columns], data: part };
};

const transposed = ({ dims: [rows, columns], data }: Value): Value => {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows!; row++)
    for (let column = 0; column < columns!; column++) turned[column * rows! + row] = Number(data[row * columns! + column]);
  return { dims: [columns!, rows!], data: turned };
};
