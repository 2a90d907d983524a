import type { Value } from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { Precisions } from '../architecture/reading.ts';
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
    } else if (/\.(qkv|out|up|down)\.weight$/.test(name)) for (const [key, part] of quantised(name, value, layers)) made.set(key, part);
    else if (name === 'head.weight') for (const [key, part] of quantised(name, value, head)) made.set(key, part);
    else made.set(name, value);
  }
  if (architecture.tied && head !== 'float32')
    for (const [key, part] of quantised('head.weight', transposed(weights.get('embed.weight')!), head)) made.set(key, part);
  return made;
};

const transposed = ({ dims: [rows, columns], data }: Value): Value => {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows!; row++)
    for (let column = 0; column < columns!; column++) turned[column * rows! + row] = Number(data[row * columns! + column]);
  return { dims: [columns!, rows!], data: turned };
};
