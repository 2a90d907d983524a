import { constant } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply } from '../ops/arithmetic.ts';
import { dropout } from '../ops/dropout.ts';
import { matmul } from '../ops/linear.ts';
import { concat, expandTo, reshape, slice, split, transpose, unsqueeze } from '../ops/shape.ts';
import { maskedSoftmax, softmax } from '../ops/softmax.ts';
import { type Layer, linear } from './linear.ts';

/** What is added where one must not look: far below any score, and finite, so that a row of nothing else is no NaN. */
const BARRED = -1e9;

/** 0 where a position may look, at itself and before, else far below: [positions, positions]. */
export const causalMask = (positions: number): Node => {
  if (last?.shape[0] === positions) return last;
  const mask = new Float32Array(positions * positions);
  for (let row = 0; row < positions; row++) mask.fill(BARRED, row * positions + row + 1, (row + 1) * positions);
  last = constant(mask, [positions, positions]);
  return last;
};

/** The mask that was asked for last: every layer of a network asks for the same. */
let last: Node | undefined;

/**
 * Each query's mean of values, weighted by softmax(q·kᵀ/√width + mask): queries [batch, heads, positions, width], keys and values [batch, kv heads, ...],
 * a mask that broadcasts to [batch, heads, queries, keys]. Vaswani et al. (2017); fewer heads of keys: Ainslie et al. (2023).
 */
export const attend = (
  queries: Node,
  keys: Node,
  values: Node,
  { mask, drop = (weights) => weights, reach }: AttendSettings = {},
): Node => {
  const [q, k, v] = [multiply(queries, Number(queries.shape.at(-1)) ** -0.5), repeatHeads(keys, queries), repeatHeads(values, queries)];
  const look = (q: Node, k: Node, v: Node, mask: Node | undefined, part: number): Node => {
    const scores = matmul(q, k, false, true);
    return matmul(drop(mask ? maskedSoftmax(add(scores, mask)) : softmax(scores), part), v);
  };
  if (reach === undefined) return look(q, k, v, mask, 0);
  const length = Number(q.shape[2]);
  const blocks = Math.max(1, Math.floor(length / BLOCK));
  const rows = split(
    q,
    2,
    Array.from({ length: blocks }, (_, at) => (at < blocks - 1 ? BLOCK : length - at * BLOCK)),
  );
  const seen = rows.map((row, at) => {
    const first = at * BLOCK;
    const [from, to] = [Math.max(0, first - reach + 1), first + Number(row.shape[2])];
    return look(row, slice(k, 2, from, to), slice(v, 2, from, to), mask && slice(slice(mask, -2, first, to), -1, from, to), at);
  });
  return concat(seen, 2);
};

/** How many queries look together, where they look no further than some of the keys. */
const BLOCK = 128;

/** How queries look. */
export interface AttendSettings {
  readonly mask?: Node | undefined;
  /** What is done to the weights of queries, all or a block of them. */
  readonly drop?: (weights: Node, block: number) => Node;
  /** The mask [..., positions, positions] lets each position see none but itself and those before it, `reach` in all: what lies beyond is not computed. */
  readonly reach?: number | undefined;
}

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
  /** Whether each position looks at itself and those before it alone, without a mask that says so. */
  readonly causal?: boolean;
}

/** Multi-head self-attention over [batch, positions, width]: `name.qkv` packs the three projections, `name.out` is the last. */
export const attention = (
  name: string,
  width: number,
  { heads, kvHeads = heads, bias = true, turn = (x) => x, dropout: share = 0, causal = false }: AttentionSettings,
): ((x: Node, mask?: Node) => Node) => {
  const each = width / heads;
  const [queries, keys] = [heads * each, kvHeads * each];
  const project: Layer = linear(`${name}.qkv`, width, queries + 2 * keys, { bias });
  const out = linear(`${name}.out`, queries, width, { bias });
  return (x, mask) => {
    const [batch, positions] = x.shape;
    const headed = (part: Node, count: number): Node => transpose(reshape(part, [batch!, positions!, count, each]), [0, 2, 1, 3]);
    const [q, k, v] = split(project(x), -1, [queries, keys, keys]) as readonly [Node, Node, Node];
    const drop = (weights: Node, block: number): Node => dropout(`${name}.dropout${block === 0 ? '' : `.${block}`}`, weights, share);
    const bars = causal ? { mask: causalMask(Number(positions)), reach: Number(positions) } : { mask };
    const seen = attend(turn(headed(q, heads)), turn(headed(k, kvHeads)), headed(v, kvHeads), { ...bars, drop });
    return out(reshape(transpose(seen, [0, 2, 1, 3]), [batch!, positions!, queries]));
  };
};
