import type { Value } from '../../toolkit/index.ts';
import { BLOCK, type Precision } from '../architecture/products.ts';

/** Seven bits and a sign would be 127; but processors without VNNI add two products of a byte and a weight in 16 signed bits, and 2 · 255 · 64 is too much for them. */
const MOST = 63;

/** A weight [inputs, outputs] as its product reads it, by name: as it is, or as small integers with their scales. */
export const quantised = (name: string, value: Value, precision: Precision): readonly (readonly [string, Value])[] => {
  if (precision === 'float32') return [[name, value]];
  const make = precision === 'int8' ? eightBits : fourBits;
  const { weight, scale } = make(value.dims as readonly [number, number], value.data as Float32Array);
  return [
    [name, weight],
    [name.replace(/weight$/, 'scale'), scale],
  ];
};

/** Whole numbers from −MOST to MOST, each column at its own scale. */
const eightBits = ([inputs, outputs]: readonly [number, number], data: Float32Array): { weight: Value; scale: Value } => {
  const scale = new Float32Array(outputs);
  for (let row = 0, i = 0; row < inputs; row++)
    for (let column = 0; column < outputs; column++, i++) scale[column] = Math.max(scale[column]!, Math.abs(data[i]!));
  for (let column = 0; column < outputs; column++) scale[column]! /= MOST;
  const pace = Float64Array.from(scale, (step) => (step === 0 ? 0 : 1 / step));
  const weight = new Int8Array(data.length);
  for (let row = 0, i = 0; row < inputs; row++)
    for (let column = 0; column < outputs; column++, i++) weight[i] = Math.floor(data[i]! * pace[column]! + 0.5);
  return { weight: { dims: [inputs, outputs], data: weight }, scale: { dims: [outputs], data: scale } };
};

const TILE = 64; // columns that are looked at together, so that what they are read from and written to stays in the cache

/** Whole numbers from −8 to 7, two to a byte, each block of a column at a scale of its own, at which its largest is −8. */
const fourBits = ([inputs, outputs]: readonly [number, number], data: Float32Array): { weight: Value; scale: Value } => {
  const blocks = Math.ceil(inputs / BLOCK);
  const scale = new Float32Array(outputs * blocks);
  const weight = new Uint8Array((outputs * blocks * BLOCK) / 2).fill(0x88); // 8 stands for 0
  const largest = new Float64Array(TILE);
  for (let block = 0; block < blocks; block++) {
    const [begin, end] = [block * BLOCK, Math.min(inputs, (block + 1) * BLOCK)];
    for (let left = 0; left < outputs; left += TILE) {
      const width = Math.min(TILE, outputs - left);
      largest.fill(0);
      for (let row = begin; row < end; row++) {
        for (let column = 0, i = row * outputs + left; column < width; column++, i++) {
          const each = data[i]!;
          if (Math.abs(each) > Math.abs(largest[column]!)) largest[column] = each;
        }
      }
      for (let column = 0; column < width; column++) {
        const step = largest[column]! / -8;
        scale[(left + column) * blocks + block] = step;
        const pace = step === 0 ? 0 : 1 / step;
        let at = (((left + column) * blocks + block) * BLOCK) / 2;
        for (let row = begin, i = begin * outputs + left + column; row < end; row += 2, i += 2 * outputs, at++) {
          const low = Math.min(15, Math.floor(data[i]! * pace + 8.5));
          const high = row + 1 < end ? Math.min(15, Math.floor(data[i + outputs]! * pace + 8.5)) : 8;
          weight[at] = low | (high << 4);
        }
      }
    }
  }
  return { weight: { dims: [outputs, blocks, BLOCK / 2], data: weight }, scale: { dims: [outputs * blocks], data: scale } };
};
