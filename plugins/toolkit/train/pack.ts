import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { concat, reshape, slice } from '../ops/shape.ts';
import type { Optimizer, Slope, Update } from '../optim/optimizer.ts';

/** A slope that an optimiser follows, and the parameters that it is made of, end to end. */
export interface Packed {
  readonly slope: Slope;
  readonly parts: readonly Slope[];
}

/** The most numbers of a parameter that is packed: below, a dozen operators take longer to begin than to run. */
const SMALL = 16_384;

/** The small parameters of each kind as one vector, so that a step has hundreds of operators fewer; the others, and those of no kind, as they stand. */
export const pack = (slopes: readonly Slope[], kindOf: Optimizer['kindOf']): Packed[] => {
  const groups = new Map<string, Slope[]>();
  for (const slope of slopes) {
    const { name, parameter } = slope;
    const kind = kindOf?.(name, parameter);
    const group = kind !== undefined && Number(sizeOf(parameter.shape)) <= SMALL ? `packed/${kind}/${parameter.dtype}` : name;
    groups.set(group, [...(groups.get(group) ?? []), { ...slope, ...(kind !== undefined && { kind }) }]);
  }
  return [...groups].map(([name, parts]) => {
    const [first] = parts as [Slope];
    if (parts.length === 1) return { slope: first, parts };
    const [parameter, gradient] = [endToEnd(parts.map((part) => part.parameter)), endToEnd(parts.map((part) => part.gradient))];
    return { slope: { ...first, name, parameter, gradient }, parts };
  });
};

/** What each parameter becomes, where their whole becomes `next`. */
export const unpack = ({ slope, parts }: Packed, { variable, next }: Update): readonly Update[] => {
  if (variable !== slope.parameter || parts.length === 1) return [{ variable, next }];
  let from = 0;
  return parts.map(({ parameter }) => {
    const size = Number(sizeOf(parameter.shape));
    from += size;
    return { variable: parameter, next: reshape(slice(next, 0, from - size, from), parameter.shape) };
  });
};

const endToEnd = (nodes: readonly Node[]): Node =>
  concat(
    nodes.map((node) => reshape(node, [-1])),
    0,
  );
