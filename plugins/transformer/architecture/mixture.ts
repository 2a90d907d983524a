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
  withGradient,
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
  const inSlots = (of: (choice: number) => number): Node => {
    const numbers = Int32Array.from({ length: tokens * active }, (_, choice) => 1 + of(choice));
    const empty = constant(new Int32Array(nowhere + 1), [nowhere + 1], 'int32');
    return slice(scatterAdd(empty, slots, constant(numbers, [numbers.length], 'int32'), 0), 0, 0, nowhere);
  };
  const seats: Seats = { slots, choices: inSlots((choice) => choice), sources: inSlots((choice) => choice % tokens) };
  const seated = reshape(seat(x, seats, active), [count, room, width]);
  const made = matmul(activate(architecture, matmul(seated, weight(`${name}.experts.up.weight`))), weight(`${name}.experts.down.weight`));
  const back = reshape(unseat(reshape(made, [nowhere, width]), seats), [active, tokens, width]);
  const mixed = sum(multiply(back, unsqueeze(concat(gates, 0), -1)), { axes: [0] });
  return { mixed, routing: { load, loss } };
};

/** Where rows sit while experts work. */
interface Seats {
  /** The slot of each choice [active·tokens]; the one after the last where there was no room. */
  readonly slots: Node;
  /** The choice in each slot [slots], counted from 1; 0 where there is none. */
  readonly choices: Node;
  /** The row in each slot, so too. */
  readonly sources: Node;
}

/** Rows [tokens, width] in the slots of their choices. The gradient looks up as well where a scatter, ten times as slow, would be derived. */
const seat = (x: Node, { slots, sources }: Seats, active: number): Node => {
  const [tokens, width] = x.shape as readonly [number, number];
  return withGradient(gather(concat([nothing(width), x], 0), sources), x, (g) =>
    sum(reshape(gather(concat([g, nothing(width)], 0), slots), [active, tokens, width]), { axes: [0] }),
  );
};

/** The way back: what stands in the slot of each choice [active·tokens, width]. */
const unseat = (made: Node, { slots, choices }: Seats): Node => {
  const none = nothing(Number(made.shape[1]));
  return withGradient(gather(concat([made, none], 0), slots), made, (g) => gather(concat([none, g], 0), choices));
};

const nothing = (width: number): Node => constant(new Float32Array(width), [1, width]);

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
