import { toFloat32, type Value, type Weight } from '../../toolkit/index.ts';
import { errors } from '../errors.ts';
import type { Ingredient, Recipes } from './recipe.ts';

const FLOATS: readonly string[] = ['float32', 'float16', 'bfloat16', 'float64'];

type Described = Pick<Weight, 'dtype' | 'dims'>;

/** How to find a file's tensors, once they are what the recipes want. Throws TRANSFORMER_TENSORS with all that is missing, unknown, or of another shape or type. */
export const checkTensors = <T extends Described>(
  path: string,
  tensors: ReadonlyMap<string, T>,
  recipes: Recipes,
  ignored: RegExp,
): ((name: string) => T) => {
  const prefix = prefixOf(tensors, recipes);
  const find = (name: string): T | undefined =>
    tensors.get(name) ?? (prefix && name.startsWith(prefix) ? tensors.get(name.slice(prefix.length)) : undefined);
  const wanted = [...recipes.values()].flat();
  const faults: string[] = [];
  for (const { name, dims } of wanted) {
    const found = find(name);
    if (!found) faults.push(`"${name}" is missing`);
    else if (!FLOATS.includes(found.dtype)) faults.push(`"${name}" is of type ${found.dtype}, and of ${FLOATS.join(', ')} are read`);
    else if (found.dims.join() !== dims.join()) faults.push(`"${name}" is [${found.dims.join(', ')}], and [${dims.join(', ')}] is wanted`);
  }
  const known = new Set(wanted.flatMap(({ name }) => (prefix && name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name])));
  for (const name of tensors.keys()) if (!known.has(name) && !ignored.test(name)) faults.push(`"${name}" has no place here`);
  if (faults.length > 0) throw errors.TRANSFORMER_TENSORS(path, faults);
  return (name) => find(name)!;
};

/** Our weights from a file's tensors, in single precision. Throws what `checkTensors` throws. */
export const weightsOfTensors = (
  path: string,
  tensors: ReadonlyMap<string, Weight>,
  recipes: Recipes,
  ignored: RegExp,
): Map<string, Value> => {
  const find = checkTensors(path, tensors, recipes, ignored);
  return new Map(
    [...recipes].map(([ours, parts]) => [
      ours,
      joined(
        parts,
        parts.map(({ name }) => toFloat32(find(name))),
      ),
    ]),
  );
};

/** What the names of a whole model begin with, where a file holds the inner model alone and leaves it out. */
const prefixOf = (tensors: ReadonlyMap<string, Described>, recipes: Recipes): string | undefined => {
  const first = recipes.values().next().value?.[0]?.name ?? '';
  return tensors.has(first) ? undefined : first.slice(0, first.indexOf('.') + 1);
};

const joined = (parts: readonly Ingredient[], data: readonly Float32Array[]): Value => {
  const [first] = parts;
  if (parts.length === 1 && !first!.turned) return { dims: first!.dims, data: data[0]! };
  const widths = parts.map(({ dims, turned }) => (turned ? dims[0]! : dims.at(-1)!));
  const outputs = widths.reduce((sum, width) => sum + width, 0);
  if (first!.dims.length === 1) {
    const vector = new Float32Array(outputs);
    let at = 0;
    for (const each of data) {
      vector.set(each, at);
      at += each.length;
    }
    return { dims: [outputs], data: vector };
  }
  const inputs = first!.dims[1]!;
  const matrix = new Float32Array(inputs * outputs);
  let column = 0;
  data.forEach((each, part) => {
    turn(each, widths[part]!, inputs, matrix, outputs, column);
    column += widths[part]!;
  });
  return { dims: [inputs, outputs], data: matrix };
};

const TILE = 32; // rows and columns turned at a time, so that both sides stay in the cache

/** Writes a matrix [rows, columns] transposed into columns of another. */
const turn = (from: Float32Array, rows: number, columns: number, into: Float32Array, stride: number, offset: number): void => {
  for (let r = 0; r < rows; r += TILE)
    for (let c = 0; c < columns; c += TILE)
      for (let row = r; row < Math.min(rows, r + TILE); row++)
        for (let column = c; column < Math.min(columns, c + TILE); column++)
          into[column * stride + offset + row] = from[row * columns + column]!;
};

/** The other way: the tensors of a file from our weights. */
export const tensorsOfWeights = (weights: ReadonlyMap<string, Value>, recipes: Recipes): Map<string, Value> => {
  const tensors = new Map<string, Value>();
  for (const [ours, parts] of recipes) {
    const { dims, data } = weights.get(ours)!;
    let column = 0;
    for (const { name, dims: theirs, turned } of parts) {
      if (parts.length === 1 && !turned) tensors.set(name, { dims: theirs, data });
      else if (theirs.length === 1) tensors.set(name, { dims: theirs, data: (data as Float32Array).slice(column, column + theirs[0]!) });
      else {
        const [outputs, inputs] = theirs as readonly [number, number];
        const made = new Float32Array(outputs * inputs);
        const stride = dims[1]!;
        for (let row = 0; row < outputs; row++)
          for (let i = 0; i < inputs; i++) made[row * inputs + i] = data[i * stride + column + row] as number;
        tensors.set(name, { dims: theirs, data: made });
      }
      column += theirs[0]!;
    }
  }
  return tensors;
};
