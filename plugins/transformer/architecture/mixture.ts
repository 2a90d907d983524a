import {
  add,
  argMax,
  cast,
  concat,
  constant,
  cumulativeSum,
  divide,
  gather,
  gemm,
  less,
  matmul,
  max,
  mean,
  min,
  multiply,
  type Node,
  oneHot,
  reshape,
  scatterAdd,
  slice,
  softmax,
  stopGradient,
  subtract,
  sum,
  unsqueeze,
  where,
} from '../../toolkit/index.ts';
import type { Architecture } from './architecture.ts';
import { activate } from './forward.ts';

/** How much more than its even share an expert takes in training; what comes beyond passes it by. */
const ROOM = 1.25;

/** How a layer's tokens went to its experts: the share that chose each, and the loss that makes these even. */
export interface Routing {
  readonly load: Node;
  readonly loss: Node;
}

/** Each row of x [tokens, width] through the experts it chooses, weighted by a softmax over these; static shapes, so that it can be learned. Lepikhin et al. (2021). */
export const mixture = (
  architecture: Architecture,
  weight: (name: string) => Node,
  layer: number,
  x: Node,
): { readonly mixed: Node; readonly routing: Routing } => {
  const { count, active } = architecture.experts!;
  const { width } = architecture;
  const tokens = Number(x.shape[0]);
  const name = `layers.${layer}`;
  const chances = softmax(gemm(x, weight(`${name}.router.weight`)));
  const { hits, gates } = choose(chances, active);
  const load = stopGradient(mean(concat(hits, 0), { axes: [0] }));
  const loss = multiply(sum(multiply(load, mean(chances, { axes: [0] }))), count);

  const room = Math.ceil((tokens * active * ROOM) / count);
  const all = concat(hits, 0);
  const before = sum(multiply(subtract(cumulativeSum(all, 0), all), all), { axes: [1] });
  const expert = sum(multiply(all, constant(Array.from({ length: count }, (_, at) => at))), { axes: [1] });
  const nowhere = count * room;
  const slots = cast(where(less(before, room), add(multiply(expert, room), before), nowhere), 'int32');
  const numbers = constant(
    Int32Array.from({ length: tokens * active }, (_, at) => (at % tokens) + 1),
    [tokens * active],
    'int32',
  );
  const sources = scatterAdd(constant(new Int32Array(nowhere + 1), [nowhere + 1], 'int32'), slots, numbers, 0);
  const padded = concat([constant(new Float32Array(width), [1, width]), x], 0);
  const gathered = reshape(gather(padded, slice(sources, 0, 0, nowhere)), [count, room, width]);
  const made = matmul(activate(architecture, matmul(gathered, weight(`${name}.experts.up.weight`))), weight(`${name}.experts.down.weight`));
  const flat = concat([reshape(made, [nowhere, width]), constant(new Float32Array(width), [1, width])], 0);
  const back = reshape(gather(flat, slots), [active, tokens, width]);
  const mixed = sum(multiply(back, unsqueeze(concat(gates, 0), -1)), { axes: [0] });
  return { mixed, routing: { load, loss } };
};

/** The `active` largest of each row, one after another: where they are [tokens, experts], and their weights [1, tokens], which sum to 1. */
const choose = (chances: Node, active: number): { readonly hits: readonly Node[]; readonly gates: readonly Node[] } => {
  const count = Number(chances.shape[1]);
  const hits: Node[] = [];
  const picked: Node[] = [];
  let left = stopGradient(chances);
  for (let at = 0; at < active; at++) {
    const hit = stopGradient(oneHot(cast(argMax(left, 1), 'int32'), count));
    hits.push(hit);
    picked.push(sum(multiply(chances, hit), { axes: [1] }));
    left = subtract(left, multiply(hit, 2));
  }
  const total = picked.reduce((a, b) => add(a, b));
  return { hits, gates: picked.map((each) => unsqueeze(divide(each, total), 0)) };
};

/** The mean of all layers' balancing losses, and how unevenly experts are used: the busiest and the idlest share, 1 where all are alike. */
export const balanced = (
  routings: readonly Routing[],
  { count }: { readonly count: number },
): { readonly loss: Node; readonly metrics: Readonly<Record<string, Node>> } => {
  const average = (nodes: readonly Node[]): Node =>
    multiply(
      nodes.reduce((a, b) => add(a, b)),
      1 / nodes.length,
    );
  const load = average(routings.map((routing) => routing.load));
  return {
    loss: average(routings.map((routing) => routing.loss)),
    metrics: { busiest_expert: multiply(max(load), count), idlest_expert: multiply(min(load), count) },
  };
};
