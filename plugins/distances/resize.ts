/** Pictures [count, height, width] at another size, bilinear, pixel centres on halves, edges repeated: what image networks are fed with. */
export const resizeBilinear = (
  values: Float32Array,
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
): Float32Array => {
  if (height === toHeight && width === toWidth) return values;
  const count = values.length / (height * width);
  const out = new Float32Array(count * toHeight * toWidth);
  const [rows, columns] = [samples(height, toHeight), samples(width, toWidth)];
  let to = 0;
  for (let picture = 0; picture < count; picture++)
    for (const row of rows)
      for (const column of columns) {
        const [upper, lower] = [picture * height * width + row.low * width, picture * height * width + row.high * width];
        const top = values[upper + column.low]! * (1 - column.share) + values[upper + column.high]! * column.share;
        const bottom = values[lower + column.low]! * (1 - column.share) + values[lower + column.high]! * column.share;
        out[to++] = top * (1 - row.share) + bottom * row.share;
      }
  return out;
};

/** For each new place the two old ones beside it, and how much the second counts. */
const samples = (from: number, to: number): { low: number; high: number; share: number }[] =>
  Array.from({ length: to }, (_, at) => {
    const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    const low = Math.floor(place);
    return { low, high: Math.min(from - 1, low + 1), share: place - low };
  });
