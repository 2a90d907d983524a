/** Rows of numbers, one after another. */
export interface Points {
  readonly count: number;
  readonly width: number;
  readonly data: Float32Array | Float64Array;
}

/** How far two rows are apart, squared. */
export const squaredDistance = (one: Points, at: number, other: Points, to: number): number => {
  const { width } = one;
  let sum = 0;
  for (let i = 0, a = at * width, b = to * width; i < width; i++, a++, b++) {
    const gap = one.data[a]! - other.data[b]!;
    sum += gap * gap;
  }
  return sum;
};
