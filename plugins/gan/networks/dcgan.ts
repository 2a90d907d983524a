import {
  batchNormLayer,
  type ConvStack,
  concat,
  convDecoder,
  convEncoder,
  expandTo,
  featureShape,
  linear,
  type Node,
  normalInitial,
  relu,
  reshape,
  tanh,
  transpose,
  unsqueeze,
} from '../../toolkit/index.ts';
import type { Blueprint } from '../blueprint.ts';
import type { Maker } from './layers.ts';
import type { Pair } from './network.ts';

/** Transposed convolutions that double a small picture, and convolutions that halve it. Radford, Metz and Chintala (2016). */
export const dcganPair = ({ settings, shape, classes }: Blueprint, maker: Maker): Pair => {
  const { latent, width, depth, condition } = settings;
  const [height, breadth, channels] = shape as readonly [number, number, number];
  const initial = normalInitial(0.02);
  const inner = Array.from({ length: depth }, (_, at) => Math.max(1, Math.round(width / 2 ** (depth - 1 - at))));
  const stack: ConvStack = { channels: [channels, ...inner], places: [height, breadth] };
  const smallest = featureShape(stack);
  const flat = smallest.reduce((product, dim) => product * dim, 1);

  const seed = linear('generator.seed', latent + classes, flat, { bias: false, initial });
  const norm = batchNormLayer('generator.norm', smallest[0]!);
  const paint = convDecoder('generator', { ...stack, norm: batchNormLayer, activation: relu, initial });
  const seen = channels + (condition === 'concatenation' ? classes : 0);
  const look = convEncoder('discriminator', { ...stack, channels: [seen, ...inner], through: maker.through });

  /** Rows hold a picture line by line, the channels of each place together; convolutions want channel by channel. */
  const toPlanes = (x: Node): Node =>
    channels === 1
      ? reshape(x, [x.shape[0]!, 1, height, breadth])
      : transpose(reshape(x, [x.shape[0]!, height, breadth, channels]), [0, 3, 1, 2]);
  const toRows = (x: Node): Node => reshape(channels === 1 ? x : transpose(x, [0, 2, 3, 1]), [x.shape[0]!, height * breadth * channels]);

  return {
    width: flat,
    generate: (w, label, phase) => {
      const small = reshape(seed(label ? concat([w, label], 1) : w), [w.shape[0]!, ...smallest]);
      return toRows(tanh(paint(relu(norm(small, phase)), phase)));
    },
    features: (x, label) => {
      const planes = toPlanes(x);
      const painted = label ? concat([planes, expandTo(unsqueeze(label, 2, 3), [x.shape[0]!, classes, height, breadth])], 1) : planes;
      return reshape(look(painted), [x.shape[0]!, flat]);
    },
  };
};
