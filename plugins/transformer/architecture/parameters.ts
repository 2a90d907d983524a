import type { Initial } from '../../toolkit/index.ts';
import type { Architecture } from './architecture.ts';

/** A weight: its shape, [in, out] where it multiplies, and how it begins. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly initial: Initial;
}

const ONES: Initial = { fill: 1 };
const ZEROS: Initial = { fill: 0 };
const DEVIATION = 0.02; // of GPT-2

/** Every weight of an architecture by name, in the order of a forward pass; those that end a sublayer begin smaller, by the root of their number. */
export const parametersOf = (architecture: Architecture): ReadonlyMap<string, Parameter> => {
  const { vocabulary, layers, width, context, placement, positions, tied } = architecture;
  const all = new Map<string, Parameter>();
  const normal: Initial = { draw: 'normal', deviation: DEVIATION };
  all.set('embed.weight', { shape: [vocabulary, width], initial: normal });
  if (positions === 'learned') all.set('positions.weight', { shape: [context, width], initial: normal });
  for (let layer = 0; layer < layers; layer++) addLayer(all, architecture, `layers.${layer}`);
  if (placement === 'pre') addNorm(all, architecture, 'norm');
  if (!tied) all.set('head.weight', { shape: [width, vocabulary], initial: normal });
  return all;
};

const addLayer = (all: Map<string, Parameter>, architecture: Architecture, name: string): void => {
  const { layers, heads, kvHeads, headWidth, width, inner, gated, qkNorm, biases, experts } = architecture;
  const normal: Initial = { draw: 'normal', deviation: DEVIATION };
  const last: Initial = { draw: 'normal', deviation: DEVIATION / Math.sqrt(2 * layers) };
  const product = (of: string, inputs: number, outputs: number, bias: boolean, initial: Initial): void => {
    all.set(`${name}.${of}.weight`, { shape: [inputs, outputs], initial });
    if (bias) all.set(`${name}.${of}.bias`, { shape: [outputs], initial: ZEROS });
  };
  addNorm(all, architecture, `${name}.norm1`);
  product('qkv', width, (heads + 2 * kvHeads) * headWidth, biases.qkv, normal);
  if (qkNorm) for (const part of ['q_norm', 'k_norm']) all.set(`${name}.${part}.weight`, { shape: [headWidth], initial: ONES });
  product('out', heads * headWidth, width, biases.out, last);
  addNorm(all, architecture, `${name}.norm2`);
  const wide = gated ? 2 * inner : inner;
  if (experts) {
    all.set(`${name}.router.weight`, { shape: [width, experts.count], initial: normal });
    all.set(`${name}.experts.up.weight`, { shape: [experts.count, width, wide], initial: normal });
    all.set(`${name}.experts.down.weight`, { shape: [experts.count, inner, width], initial: last });
    return;
  }
  product('up', width, wide, biases.feedForward, normal);
  product('down', inner, width, biases.feedForward, last);
};

const addNorm = (all: Map<string, Parameter>, { norm, width }: Architecture, name: string): void => {
  all.set(`${name}.weight`, { shape: [width], initial: ONES });
  if (norm === 'layer') all.set(`${name}.bias`, { shape: [width], initial: ZEROS });
};
