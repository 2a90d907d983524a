import { constant } from '../graph/leaves.ts';
import { apply, apply1, type Node, type Op } from '../graph/node.ts';
import { isStatic, type Shape } from '../graph/shape.ts';
import { cast, equal } from './compare.ts';
import { gemm } from './linear.ts';
import { expandTo, reshape, unsqueeze } from './shape.ts';

/** The tables up to which the gradient of a look-up is a product with a one-hot matrix, which is faster than a scatter. */
const SMALL_TABLE = 512;

const isIndex = (node: Node): boolean => node.dtype === 'int32' || node.dtype === 'int64';

const GATHER: Op = {
  name: 'Gather',
  infer: ([table, indices], _, refuse) => {
    if (!isIndex(indices)) refuse('the indices must be int32 or int64');
    if (table.shape.length < 1) refuse('there is nothing to look up in');
    return [{ dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] }];
  },
  onnx: (emit, inputs) => emit.node('Gather', inputs, { axis: 0 }),
  derivative: ({ inputs: [table, indices] }, g) => [addRows(table.shape, indices, g), undefined],
};

/** Rows of a table [entries, ...] by their index: an embedding. */
export const gather = (table: Node, indices: Node): Node => apply1(GATHER, [table, indices], {});

/** Zeros of a table's shape, to whose rows others are added. */
const addRows = (shape: Shape, indices: Node, rows: Node): Node => {
  const [entries, ...rest] = shape as readonly number[];
  const width = rest.reduce((size, dim) => size * dim, 1);
  const flat = reshape(rows, [-1, width]);
  const at = reshape(indices, [-1]);
  if (entries! <= SMALL_TABLE) return reshape(gemm(oneHot(at, entries!, rows.dtype), flat, undefined, true), shape);
  const zeros = expandTo(constant(0, [], rows.dtype), [entries!, width]);
  return reshape(scatterAdd(zeros, expandTo(unsqueeze(at, 1), flat.shape), flat, 0), shape);
};

/** 1 where the last axis counts up to the index, else 0: [..., depth]. */
export const oneHot = (indices: Node, depth: number, dtype: Node['dtype'] = 'float32'): Node => {
  const count = constant(
    Array.from({ length: depth }, (_, at) => at),
    [depth],
    indices.dtype,
  );
  return cast(equal(unsqueeze(indices, -1), count), dtype);
};

interface Axis {
  readonly axis: number;
}

const GATHER_ELEMENTS: Op<Axis> = {
  name: 'GatherElements',
  infer: ([x, indices], { axis }, refuse) => {
    if (!isIndex(indices)) refuse('the indices must be int32 or int64');
    if (x.shape.length !== indices.shape.length || x.shape.some((dim, at) => at !== axis && dim !== indices.shape[at]))
      refuse(`they must agree but for axis ${axis}`);
    return [{ dtype: x.dtype, shape: indices.shape }];
  },
  onnx: (emit, inputs, { attributes: { axis } }) => emit.node('GatherElements', inputs, { axis }),
  derivative: ({ inputs: [x, indices], attributes: { axis } }, g) => [
    scatterAdd(expandTo(constant(0, [], g.dtype), x.shape), indices, g, axis),
    undefined,
  ],
};

/** At each place the element that the index names along an axis. */
export const gatherElements = (x: Node, indices: Node, axis: number): Node =>
  apply1(GATHER_ELEMENTS, [x, indices], { axis: axis < 0 ? axis + x.shape.length : axis });

const scattering = (reduction: 'add' | 'none', derivative: NonNullable<Op<Axis>['derivative']>): Op<Axis> => ({
  name: 'ScatterElements',
  infer: ([x, indices, updates], { axis }, refuse) => {
    if (!isIndex(indices) || !isStatic(x.shape)) refuse('the indices must be int32 or int64, and the target of fixed shape');
    if (indices.shape.join() !== updates.shape.join()) refuse('each index needs its update');
    if (x.shape.some((dim, at) => at !== axis && dim !== indices.shape[at])) refuse(`they must agree but for axis ${axis}`);
    return [x];
  },
  onnx: (emit, inputs, { attributes: { axis } }) =>
    emit.node('ScatterElements', inputs, { axis, ...(reduction === 'add' && { reduction }) }),
  derivative,
});

const SCATTER_ADD = scattering('add', ({ inputs: [, indices], attributes: { axis } }, g) => [
  g,
  undefined,
  gatherElements(g, indices, axis),
]);

/** x with updates added at the places that the indices name along an axis; what meets adds up. */
export const scatterAdd = (x: Node, indices: Node, updates: Node, axis: number): Node =>
  apply1(SCATTER_ADD, [x, indices, updates], { axis: axis < 0 ? axis + x.shape.length : axis });

const SCATTER = scattering('none', ({ inputs: [, indices, updates], attributes: { axis } }, g) => [
  scatter(g, indices, expandTo(constant(0, [], g.dtype), updates.shape), axis),
  undefined,
  gatherElements(g, indices, axis),
]);

/** x with updates in the place of what stands where the indices say along an axis; no place may be named twice. */
export const scatter = (x: Node, indices: Node, updates: Node, axis: number): Node =>
  apply1(SCATTER, [x, indices, updates], { axis: axis < 0 ? axis + x.shape.length : axis });

const CUMULATIVE_SUM: Op<Axis & { readonly reverse: boolean }> = {
  name: 'CumSum',
  infer: ([x]) => [x],
  onnx: (emit, [x], { attributes: { axis, reverse } }) => emit.node('CumSum', [x, emit.ints([axis])], reverse ? { reverse: 1 } : {}),
  derivative: ({ attributes: { axis, reverse } }, g) => [cumulativeSum(g, axis, !reverse)],
};

/** The sum of an axis so far, from its end where reversed. */
export const cumulativeSum = (x: Node, axis: number, reverse = false): Node =>
  apply1(CUMULATIVE_SUM, [x], { axis: axis < 0 ? axis + x.shape.length : axis, reverse });

const ARGMAX: Op<Axis> = {
  name: 'ArgMax',
  infer: ([x], { axis }) => [{ dtype: 'int64', shape: x.shape.filter((_, at) => at !== axis) }],
  onnx: (emit, inputs, { attributes: { axis } }) => emit.node('ArgMax', inputs, { axis, keepdims: 0 }),
};

/** Where along an axis the largest stands (int64). */
export const argMax = (x: Node, axis: number): Node => apply1(ARGMAX, [x], { axis: axis < 0 ? axis + x.shape.length : axis });

const TOP_K: Op<{ readonly count: number }> = {
  name: 'TopK',
  infer: ([x], { count }, refuse) => {
    if (!(count >= 1 && count <= Number(x.shape.at(-1)))) refuse(`there are no ${count} along the last axis`);
    const shape = [...x.shape.slice(0, -1), count];
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  onnx: (emit, [x], { attributes: { count } }) => emit.nodes('TopK', 2, [x, emit.ints([count])], { axis: -1 }),
  derivative: ({ inputs: [x], outputs: [, places] }, g) => [scatterAdd(expandTo(constant(0, [], g.dtype), x.shape), places, g, -1)],
};

/** The largest of the last axis in falling order, and where they stand (int64): experts that are asked. */
export const topK = (x: Node, count: number): readonly [Node, Node] => apply(TOP_K, [x], { count }) as unknown as readonly [Node, Node];
