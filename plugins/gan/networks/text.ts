import { add, concat, convLayer, expandTo, linear, multiply, type Node, relu, reshape, transpose, unsqueeze } from '../../toolkit/index.ts';
import type { Blueprint } from '../blueprint.ts';
import type { Maker } from './layers.ts';
import type { Pair } from './network.ts';

/** How many positions a convolution sees. */
const SIZE = 5;

/** Residual convolutions along a text of fixed length. Gulrajani et al. (2017), with a discriminator of the same make. */
export const textPair = ({ settings, positions, levels, classes }: Blueprint, maker: Maker): Pair => {
  const { latent, width, depth, condition } = settings;
  const blocks = Array.from({ length: depth }, (_, at) => [
    convLayer(`generator.${at}.first`, width, width, { size: [SIZE], padding: (SIZE - 1) / 2 }),
    convLayer(`generator.${at}.second`, width, width, { size: [SIZE], padding: (SIZE - 1) / 2 }),
  ]);
  const seed = linear('generator.seed', latent + classes, positions * width);
  const letters = linear('generator.out', width, levels);

  const seen = levels + (condition === 'concatenation' ? classes : 0);
  const embed = maker.conv('discriminator.embed', seen, width, 1);
  const judging = Array.from({ length: depth }, (_, at) => [
    maker.conv(`discriminator.${at}.first`, width, width, SIZE),
    maker.conv(`discriminator.${at}.second`, width, width, SIZE),
  ]);
  const residual = (x: Node, [first, second]: readonly ((x: Node) => Node)[]): Node =>
    add(x, multiply(second!(relu(first!(relu(x)))), 0.3));

  return {
    width: positions * width,
    generate: (w, label) => {
      const x = blocks.reduce(residual, reshape(seed(label ? concat([w, label], 1) : w), [w.shape[0]!, width, positions]));
      return letters(transpose(relu(x), [0, 2, 1]));
    },
    features: (x, label) => {
      const along = transpose(x, [0, 2, 1]);
      const painted = label ? concat([along, expandTo(unsqueeze(label, 2), [x.shape[0]!, classes, positions])], 1) : along;
      return reshape(judging.reduce(residual, embed(painted)), [x.shape[0]!, positions * width]);
    },
  };
};
