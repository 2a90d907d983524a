import { errors } from '../errors.ts';
import { DTYPES, type Value, type Values } from '../graph/dtype.ts';
import { isStatic } from '../graph/shape.ts';
import type { Fed, Program } from './program.ts';
import { UNTOLD } from './read.ts';

/** What may be given for an input: its numbers, where the shape is known, or a value with its lengths. */
export type Feed = Values | Value;

/** Feeds with their types and lengths, each checked against its input. `optional` need not be fed. Throws TOOLKIT_FEED. */
export const feedsOf = (
  required: Program['inputs'],
  feeds: Readonly<Record<string, Feed>>,
  optional: Program['inputs'] = [],
): Record<string, Fed> => {
  const inputs = [...required, ...optional.filter(({ name }) => feeds[name] !== undefined)];
  const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined)
    throw errors.TOOLKIT_FEED(unknown, `is none of the graph's: ${inputs.map(({ name }) => name).join(', ') || 'it has none'}`);
  const lengths = new Map<string, number>();
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => {
      const feed = feeds[name];
      if (feed === undefined) throw errors.TOOLKIT_FEED(name, 'was not fed');
      if (!('dims' in feed) && !isStatic(shape))
        throw errors.TOOLKIT_FEED(name, `has named lengths [${shape.join(', ')}], so it needs { dims, data }`);
      const { dims, data } = 'dims' in feed ? feed : { dims: shape as readonly number[], data: feed };
      if (!(data instanceof DTYPES[dtype].array))
        throw errors.TOOLKIT_FEED(name, `is of type ${dtype}, and was fed a ${data.constructor.name}`);
      const fits = dims.length === shape.length && shape.every((dim, axis) => isLength(dim, dims[axis]!, lengths));
      const size = dims.reduce((product, dim) => product * dim, 1);
      if (!fits || data.length !== size)
        throw errors.TOOLKIT_FEED(name, `is [${shape.join(', ')}], and was fed ${data.length} numbers as [${dims.join(', ')}]`);
      return [name, { dtype, dims, data }];
    }),
  );
};

/** A named length takes the first number it meets, and is that from then on; one that a file does not tell is any. */
const isLength = (dim: number | string, found: number, lengths: Map<string, number>): boolean => {
  if (typeof dim === 'number' || dim === UNTOLD) return dim === UNTOLD || dim === found;
  const known = lengths.get(dim) ?? found;
  lengths.set(dim, known);
  return known === found;
};
