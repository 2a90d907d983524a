/** What the numbers of a tensor are made of: the code that ONNX gives it, the bytes one takes, and the array that holds them in JavaScript. */
export const DTYPES = {
  float32: { code: 1, bytes: 4, array: Float32Array },
  uint8: { code: 2, bytes: 1, array: Uint8Array },
  int8: { code: 3, bytes: 1, array: Int8Array },
  int32: { code: 6, bytes: 4, array: Int32Array },
  int64: { code: 7, bytes: 8, array: BigInt64Array },
  bool: { code: 9, bytes: 1, array: Uint8Array },
  float16: { code: 10, bytes: 2, array: Uint16Array },
  float64: { code: 11, bytes: 8, array: Float64Array },
  bfloat16: { code: 16, bytes: 2, array: Uint16Array },
} as const;

/** The name of an element type. */
export type DType = keyof typeof DTYPES;

/** An array that holds the elements of a tensor. */
export type Values = Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array | Uint16Array | BigInt64Array;

/** A tensor of numbers, as it goes into a graph and comes out of it; the core's `Tensor` is one. */
export interface Value {
  readonly dims: readonly number[];
  readonly data: Values;
}

/** Whether a derivative can be taken with respect to it. */
export const isFloat = (dtype: DType): boolean => dtype.startsWith('float') || dtype === 'bfloat16';

/** The element type whose ONNX code this is, or nothing. */
export const dtypeOf = (code: number): DType | undefined => (Object.keys(DTYPES) as DType[]).find((dtype) => DTYPES[dtype].code === code);

/** An array for `values` of this type. */
export const arrayOf = (dtype: DType, values: ArrayLike<number>): Values => {
  if (dtype === 'int64') return BigInt64Array.from(Array.from(values, (value) => BigInt(value)));
  const Array_ = DTYPES[dtype].array as { from(values: ArrayLike<number>): Values };
  return Array_.from(values);
};
