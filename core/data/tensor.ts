/** A dense array; what an onnxruntime session returns is one already. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Rows `begin` to `end` of the first dimension; nothing is copied. */
export const sliceRows = ({ dims, data }: Tensor, begin: number, end: number): Tensor => {
  let width = 1;
  for (let axis = 1; axis < dims.length; axis++) width *= dims[axis]!;
  return { dims: [end - begin, ...dims.slice(1)], data: data.subarray(begin * width, end * width) };
};
