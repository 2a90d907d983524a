import { concat, leakyRelu, linear, relu } from '../../toolkit/index.ts';
import type { Blueprint } from '../blueprint.ts';
import type { Maker } from './layers.ts';
import type { Pair } from './network.ts';

/** Layers of units, all to all: for rows of a few numbers. */
export const densePair = ({ settings, positions, classes }: Blueprint, maker: Maker): Pair => {
  const { latent, width, depth, condition } = settings;
  const hidden = Array.from({ length: depth }, (_, at) => linear(`generator.${at}`, at === 0 ? latent + classes : width, width));
  const last = linear('generator.out', width, positions);
  const seen = positions + (condition === 'concatenation' ? classes : 0);
  const judging = Array.from({ length: depth }, (_, at) => maker.linear(`discriminator.${at}`, at === 0 ? seen : width, width));
  return {
    width,
    generate: (w, label) => last(hidden.reduce((x, layer) => relu(layer(x)), label ? concat([w, label], 1) : w)),
    features: (x, label) => judging.reduce((h, layer) => leakyRelu(layer(h), 0.2), label ? concat([x, label], 1) : x),
  };
};
