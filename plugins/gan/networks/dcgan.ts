import {
  batchNormLayer,
  concat,
  convTransposedLayer,
  expandTo,
  leakyRelu,
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

const WINDOW = { size: [4, 4], stride: 2, padding: 1 } as const;

/** Transposed convolutions that double a small picture, and convolutions that halve it. Radford, Metz and Chintala (2016). */
export const dcganPair = ({ settings, shape, classes }: Blueprint, maker: Maker): Pair => {
  const { latent, width, depth, condition } = settings;
  const [height, breadth, channels] = shape as readonly [number, number, number];
  const [top, left] = [height / 2 ** depth, breadth / 2 ** depth];
  const initial = normalInitial(0.02);
  const channelsAt = (level: number): number => Math.max(1, Math.round(width / 2 ** level));

  const seed = linear('generator.seed', latent + classes, channelsAt(0) * top * left, { bias: false, initial });
  const norms = Array.from({ length: depth }, (_, at) => batchNormLayer(`generator.norm${at}`, channelsAt(at)));
  const up = Array.from({ length: depth }, (_, at) =>
    convTransposedLayer(`generator.up${at}`, channelsAt(at), at === depth - 1 ? channels : channelsAt(at + 1), {
      ...WINDOW,
      bias: at === depth - 1,
      initial,
    }),
  );

  const seen = channels + (condition === 'concatenation' ? classes : 0);
  const down = Array.from({ length: depth }, (_, at) =>
    maker.conv(`discriminator.down${at}`, at === 0 ? seen : channelsAt(depth - at), channelsAt(depth - 1 - at), WINDOW.size, WINDOW),
  );
  const flat = channelsAt(0) * top * left;

  /** Rows hold a picture line by line, the channels of each place together; convolutions want channel by channel. */
  const toPlanes = (x: Node): Node =>
    channels === 1
      ? reshape(x, [x.shape[0]!, 1, height, breadth])
      : transpose(reshape(x, [x.shape[0]!, height, breadth, channels]), [0, 3, 1, 2]);
  const toRows = (x: Node): Node => reshape(channels === 1 ? x : transpose(x, [0, 2, 3, 1]), [x.shape[0]!, height * breadth * channels]);

  return {
    width: flat,
    generate: (w, label, phase) => {
      let x = reshape(seed(label ? concat([w, label], 1) : w), [w.shape[0]!, channelsAt(0), top, left]);
      for (let at = 0; at < depth; at++) x = up[at]!(relu(norms[at]!(x, phase)));
      return toRows(tanh(x));
    },
    features: (x, label) => {
      const planes = toPlanes(x);
      const painted = label ? concat([planes, expandTo(unsqueeze(label, 2, 3), [x.shape[0]!, classes, height, breadth])], 1) : planes;
      const seen = down.reduce((h, layer) => leakyRelu(layer(h), 0.2), painted);
      return reshape(seen, [x.shape[0]!, flat]);
    },
  };
};
