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
  const weight = new Int8Array(data.length);
  for (let row = 0, i = 0; row < inputs; row++)
    for (let column = 0; column < outputs; column++, i++) weight[i] = scale[column] === 0 ? 0 : Math.round(data[i]! / scale[column]!);
  return { weight: { dims: [inputs, outputs], data: weight }, scale: { dims: [outputs], data: scale } };
};

/** Whole numbers from −8 to 7, two to a byte, each block of a column at a scale of its own, at which its largest is −8. */
const fourBits = ([inputs, outputs]: readonly [number, number], data: Float32Array): { weight: Value; scale: Value } => {
  const blocks = Math.ceil(inputs / BLOCK);
  const scale = new Float32Array(outputs * blocks);
  const weight = new Uint8Array((outputs * blocks * BLOCK) / 2).fill(0x88); // 8 stands for 0
  for (let column = 0; column < outputs; column++) {
    for (let block = 0; block < blocks; block++) {
      const [begin, end] = [block * BLOCK, Math.min(inputs, (block + 1) * BLOCK)];
      let largest = 0;
      for (let row = begin; row < end; row++) {
        const each = data[row * outputs + column]!;
        if (Math.abs(each) > Math.abs(largest)) largest = each;
      }
      const step = largest / -8;
      scale[column * blocks + block] = step;
      if (step === 0) continue;
      for (let row = begin; row < end; row++) {
        const level = Math.max(0, Math.min(15, Math.round(data[row * outputs + column]! / step) + 8));
        const at = ((column * blocks + block) * BLOCK + row - begin) >> 1;
        weight[at] = (row - begin) % 2 === 0 ? (weight[at]! & 0xf0) | level : (weight[at]! & 0x0f) | (level << 4);
      }
    }
  }
  return { weight: { dims: [outputs, blocks, BLOCK / 2], data: weight }, scale: { dims: [outputs * blocks], data: scale } };
};
