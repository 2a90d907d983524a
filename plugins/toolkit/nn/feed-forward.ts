import type { Node } from '../graph/node.ts';
import { gelu, silu } from '../ops/activation.ts';
import { add, multiply } from '../ops/arithmetic.ts';
import { type Layer, linear } from './linear.ts';

/** Wider, bent, and back: `name.up`, `name.down`. */
export const feedForward = (name: string, width: number, inner: number, { activation = gelu, bias = true } = {}): Layer => {
  const [up, down] = [linear(`${name}.up`, width, inner, { bias }), linear(`${name}.down`, inner, width, { bias })];
  return (x) => down(activation(up(x)));
};

/** The same with a gate: `name.gate`. Shazeer (2020). */
export const gatedFeedForward = (name: string, width: number, inner: number, { activation = silu, bias = false } = {}): Layer => {
  const [gate, up, down] = [
    linear(`${name}.gate`, width, inner, { bias }),
    linear(`${name}.up`, width, inner, { bias }),
    linear(`${name}.down`, inner, width, { bias }),
  ];
  return (x) => down(multiply(activation(gate(x)), up(x)));
};

/** x with what layers make of it added. He et al. (2016). */
export const residual =
  (...layers: readonly Layer[]): Layer =>
  (x: Node) =>
    add(
      x,
      layers.reduce((made, layer) => layer(made), x),
    );
