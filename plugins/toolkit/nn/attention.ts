import { constant } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply } from '../ops/arithmetic.ts';
import { dropout } from '../ops/dropout.ts';
import { matmul } from '../ops/linear.ts';
import { expandTo, reshape, split, swap, transpose, unsqueeze } from '../ops/shape.ts';
import { softmax } from '../ops/softmax.ts';
import { type Layer, linear } from './linear.ts';

/** What is added where one must not look: far below any score, and finite, so that a row of nothing else is no NaN. */
const BARRED = -1e9;

/** 0 where a position may look, at itself and before, else far below: [positions, positions]. */
export const causalMask = (positions: number): Node =>
  constant(
    Float32Array.from({ length: positions * positions }, (_, at) => (at % positions > Math.floor(at / positions) ? BARRED : 0)),
    [positions, positions],
  );

/**
 * Each query's mean of values, weighted by softmax(q·kᵀ/√width + mask): queries [batch, heads, positions, width], keys and values [batch, kv heads, ...],
 * a mask that broadcasts to [batch, heads, queries, keys]. Vaswani et al. (2017); fewer heads of keys: Ainslie et al. (2023).
 */
export const attend = (
  queries: Node,
  keys: Node,
  values: Node,
  { mask, drop }: { readonly mask?: Node | undefined; readonly drop?: (weights: Node) => Node } = {},
): Node => {
  const [k, v] = [repeatHeads(keys, queries), repeatHeads(values, queries)];
  const scores = matmul(multiply(queries, Number(queries.shape.at(-1)) ** -0.5), swap(k));
  const weights = softmax(mask ? add(scores, mask) : scores);
  return matmul(drop ? drop(weights) : weights, v);
};

/** Heads of keys or values, each as often as queries share it. */
const repeatHeads = (x: Node, queries: Node): Node => {
  const [batch, heads, positions, width] = x.shape;
  const wanted = queries.shape[1]!;
  if (heads === wanted) return x;
  const share = Number(wanted) / Number(heads);
  return reshape(expandTo(unsqueeze(x, 2), [batch!, heads!, share, positions!, width!]), [batch!, wanted, positions!, width!]);
};

/** How attention is built. */
export interface AttentionSettings {
  readonly heads: number;
  /** Heads of keys and values; absent: as many as of queries. */
  readonly kvHeads?: number;
  readonly bias?: boolean;
  /** What is done to queries and keys [batch, heads, positions, width]: rotary positions. */
  readonly turn?: (x: Node) => Node;
  /** The share of weights left out in training. */
  readonly dropout?: number;
}

/** Multi-head self-attention over [batch, positions, width]: `name.qkv` packs the three projections, `name.out` is the last. */
export const attention = (
  name: string,
  width: number,
  { heads, kvHeads = heads, bias = true, turn = (x) => x, dropout: share = 0 }: AttentionSettings,
): ((x: Node, mask?: Node) => Node) => {
  const each = width / heads;
  const [queries, keys] = [heads * each, kvHeads * each];
  const project: Layer = linear(`${name}.qkv`, width, queries + 2 * keys, { bias });
  const out = linear(`${name}.out`, queries, width, { bias });
  return (x, mask) => {
    const [batch, positions] = x.shape;
    const headed = (part: Node, count: number): Node => transpose(reshape(part, [batch!, positions!, count, each]), [0, 2, 1, 3]);
    const [q, k, v] = split(project(x), -1, [queries, keys, keys]) as readonly [Node, Node, Node];
    const drop = (weights: Node): Node => dropout(`${name}.dropout`, weights, share);
    const seen = attend(turn(headed(q, heads)), turn(headed(k, kvHeads)), headed(v, kvHeads), { mask, drop });
    return out(reshape(transpose(seen, [0, 2, 1, 3]), [batch!, positions!, queries]));
  };
};
