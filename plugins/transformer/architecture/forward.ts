import { gelu, geluTanh, multiply, type Node, relu, silu, split } from '../../toolkit/index.ts';
import type { Architecture } from './architecture.ts';

/** What the forward pass leaves to its graph: one that learns, or one that reads with a cache. Rows are [batch, positions, …]. */
export interface Parts {
  /** Ids to vectors, positions added where they are. */
  embed(): Node;
  /** x·w + b, where there is a bias. */
  product(name: string, x: Node): Node;
  /** The norm of x. */
  norm(name: string, x: Node): Node;
  /** x + delta, and its norm. */
  addNorm(name: string, x: Node, delta: Node): readonly [Node, Node];
  /** The norm of each head of x [batch, positions, heads·width]. */
  headNorm(name: string, x: Node, heads: number): Node;
  /** Turns each head of x [batch, positions, heads·width] by its position. */
  turn(x: Node, heads: number): Node;
  /** Queries over keys and values, [batch, positions, heads·width] each. */
  attend(layer: number, q: Node, k: Node, v: Node): Node;
  /** The two halves of a product, where they are made apart sooner than taken apart. */
  halves?(name: string, x: Node): readonly [Node, Node];
  /** Other forms of the activations. */
  readonly activations?: Activations;
  /** The mixture of experts in the place of a feed-forward. */
  mix(layer: number, x: Node): Node;
  /** Leaves some out in training. */
  drop(name: string, x: Node): Node;
  /** Hears what enters each layer, and what leaves the last. */
  pass?(layer: number, x: Node): void;
}

/** Ids to the last hidden values, [batch, positions, width], ready for the head. Radford et al. (2019), Touvron et al. (2023). */
export const forward = (architecture: Architecture, parts: Parts): Node => {
  const { layers, placement } = architecture;
  const sublayers = Array.from({ length: layers }, (_, layer) => [
    (h: Node): Node => parts.drop(`layers.${layer}.drop1`, attention(architecture, parts, layer, h)),
    (h: Node): Node =>
      parts.drop(`layers.${layer}.drop2`, architecture.experts ? parts.mix(layer, h) : feedForward(architecture, parts, layer, h)),
  ]).flat();
  let x = parts.embed();
  if (placement === 'post') {
    sublayers.forEach((sublayer, at) => {
      if (at % 2 === 0) parts.pass?.(at / 2, x);
      x = parts.addNorm(`layers.${at >> 1}.norm${(at % 2) + 1}`, x, sublayer(x))[1];
    });
    parts.pass?.(layers, x);
    return x;
  }
  const nameOf = (at: number): string => (at === sublayers.length ? 'norm' : `layers.${at >> 1}.norm${(at % 2) + 1}`);
  let h = parts.norm(nameOf(0), x);
  sublayers.forEach((sublayer, at) => {
    if (at % 2 === 0) parts.pass?.(at / 2, x);
    [x, h] = parts.addNorm(nameOf(at + 1), x, sublayer(h));
  });
  parts.pass?.(layers, x);
  return h;
};

const attention = ({ heads, kvHeads, headWidth, qkNorm, positions }: Architecture, parts: Parts, layer: number, h: Node): Node => {
  const name = `layers.${layer}`;
  const [queries, keys] = [heads * headWidth, kvHeads * headWidth];
  const packed = parts.product(`${name}.qkv`, h);
  const turned = (q: Node, k: Node, v: Node): Node => parts.product(`${name}.out`, parts.attend(layer, q, k, v));
  if (qkNorm) {
    const [q, k, v] = split(packed, -1, [queries, keys, keys]) as readonly [Node, Node, Node];
    const [nq, nk] = [parts.headNorm(`${name}.q_norm`, q, heads), parts.headNorm(`${name}.k_norm`, k, kvHeads)];
    return positions === 'rotary' ? turned(parts.turn(nq, heads), parts.turn(nk, kvHeads), v) : turned(nq, nk, v);
  }
  if (positions !== 'rotary') return turned(...(split(packed, -1, [queries, keys, keys]) as unknown as [Node, Node, Node]));
  const [both, v] = split(packed, -1, [queries + keys, keys]) as readonly [Node, Node];
  const [q, k] = split(parts.turn(both, heads + kvHeads), -1, [queries, keys]) as readonly [Node, Node];
  return turned(q, k, v);
};

/** The activations by name. */
export type Activations = Readonly<Record<Architecture['activation'], (x: Node) => Node>>;

const ACTIVATIONS: Activations = { gelu, gelu_tanh: geluTanh, relu, silu };

/** The activation of what a feed-forward's first product gives: of the gate, its first half, where there is one. */
export const activate = (architecture: Architecture, x: Node, activations = ACTIVATIONS): Node => {
  const { activation, gated, inner } = architecture;
  return gated ? opened(architecture, split(x, -1, [inner, inner]), activations) : activations[activation](x);
};

/** What a gate lets through. */
const opened = ({ activation }: Architecture, [gate, up]: readonly Node[], activations = ACTIVATIONS): Node =>
  multiply(activations[activation](gate!), up!);

const feedForward = (architecture: Architecture, parts: Parts, layer: number, h: Node): Node => {
  const name = `layers.${layer}.up`;
  const bent =
    architecture.gated && parts.halves
      ? opened(architecture, parts.halves(name, h), parts.activations)
      : activate(architecture, parts.product(name, h), parts.activations);
  return parts.product(`layers.${layer}.down`, bent);
};
