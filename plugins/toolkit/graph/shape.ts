/** How long a tensor is along an axis: a number, or a name for what is known only when the graph runs, such as `batch`. */
export type Dim = number | string;

/** A tensor's lengths, outermost first; empty for a scalar. */
export type Shape = readonly Dim[];

/** Whether every length is a number. */
export const isStatic = (shape: Shape): shape is readonly number[] => shape.every((dim) => typeof dim === 'number');

/** `[batch, 3]`, as errors print it. */
export const printShape = (shape: Shape): string => `[${shape.join(', ')}]`;

/** How many elements; a named length counts as a factor of its name. */
export const sizeOf = (shape: Shape): Dim => multiplyDims(...shape);

/** The product of lengths, `12`, `batch` or `4*batch*time`, whose names stand in order. */
export const multiplyDims = (...dims: Dim[]): Dim => {
  const factors = dims.flatMap((dim) =>
    typeof dim === 'number' ? [dim] : dim.split('*').map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  );
  const number = factors.reduce<number>((product, factor) => (typeof factor === 'number' ? product * factor : product), 1);
  const names = factors.filter((factor) => typeof factor === 'string').sort();
  if (names.length === 0 || number === 0) return number;
  return [...(number === 1 ? [] : [number]), ...names].join('*');
};

/** What is left of a length after taking out a factor, or nothing where it does not divide. */
export const divideDims = (whole: Dim, part: Dim): Dim | undefined => {
  const parts = (dim: Dim): string[] => String(dim).split('*');
  const names = parts(whole).filter((factor) => !/^\d+$/.test(factor));
  const number = (dim: Dim): number =>
    parts(dim).reduce((product, factor) => (/^\d+$/.test(factor) ? product * Number(factor) : product), 1);
  for (const name of parts(part).filter((factor) => !/^\d+$/.test(factor))) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  const quotient = number(whole) / number(part);
  return Number.isInteger(quotient) ? multiplyDims(quotient, ...names) : undefined;
};

/** The sum of lengths, as concatenation makes it: `8`, or `past+1`. */
export const addDims = (...dims: readonly Dim[]): Dim => {
  const number = dims.reduce<number>((sum, dim) => (typeof dim === 'number' ? sum + dim : sum), 0);
  const names = dims.filter((dim) => typeof dim === 'string');
  return names.length === 0 ? number : [...names, ...(number === 0 ? [] : [number])].join('+');
};

/** The shape that both broadcast to, aligned at their last axes, or nothing where they do not fit. */
export const broadcastShapes = (a: Shape, b: Shape): Shape | undefined => {
  const rank = Math.max(a.length, b.length);
  const shape: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    shape.push(x === 1 ? y : x);
  }
  return shape;
};

/** Whether two shapes are the same, names included. */
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, axis) => dim === b[axis]);
