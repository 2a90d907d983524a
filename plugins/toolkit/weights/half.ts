import type { Weight } from './safetensors.ts';

/** The numbers of a weight in single precision: where it has that already, the same array. */
export const toFloat32 = ({ dtype, data }: Pick<Weight, 'dtype' | 'data'>): Float32Array => {
  if (data instanceof Float32Array) return data;
  if (dtype === 'bfloat16') return new Float32Array(Uint32Array.from(data as Uint16Array, (bits) => bits << 16).buffer);
  if (dtype === 'float16') return Float32Array.from(data as Uint16Array, halfToNumber);
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
};

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
const halfToNumber = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};
