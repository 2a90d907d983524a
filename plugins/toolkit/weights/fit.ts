import { errors } from '../errors.ts';
import { DTYPES, type DType, type Value } from '../graph/dtype.ts';
import { printShape, type Shape } from '../graph/shape.ts';
import type { Weight } from './safetensors.ts';

/** A tensor that is wanted under a name. */
interface Wanted {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** How tensors that were found differ from those that are wanted, a sentence each. */
export const misfits = (wanted: readonly Wanted[], found: ReadonlyMap<string, Value | Weight>): string[] =>
  wanted.flatMap(({ name, dtype, shape }) => {
    const value = found.get(name);
    if (!value) return [`"${name}" is missing`];
    const fits = 'dtype' in value ? value.dtype === dtype : value.data instanceof DTYPES[dtype].array;
    if (fits && value.dims.join() === shape.join()) return [];
    const type = 'dtype' in value ? value.dtype : value.data.constructor.name;
    return [`"${name}" is ${type}${printShape(value.dims)}, and ${dtype}${printShape(shape)} is wanted`];
  });

/** Throws TOOLKIT_STATE with all that is missing, or of another type or shape. */
export const mustFit = (wanted: readonly Wanted[], found: ReadonlyMap<string, Value | Weight>): void => {
  const faults = misfits(wanted, found);
  if (faults.length > 0) throw errors.TOOLKIT_STATE(faults);
};
