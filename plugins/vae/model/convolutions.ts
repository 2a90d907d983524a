import { convDecoder, convEncoder, featureShape, type Node, relu, transpose } from '../../toolkit/index.ts';
import { errors } from '../errors.ts';
import { inputsOf, type Layout, outputsOf } from '../layout.ts';
import type { NetworkChoice } from '../options.ts';
import type { Trunk } from './dense.ts';
import { beside, each, perceptron } from './perceptron.ts';

type Convolutions = Exclude<NetworkChoice, { readonly use: 'dense' }>;

/** Convolutions over a picture, or along a row, and a dense layer before the code; mirrored on the way back from `reads` numbers. */
export const convolutions = (layout: Layout, { use, with: settings }: Convolutions, reads: number): Trunk => {
  const [height, across, colours] = layout.picture ?? [layout.length, undefined, 1];
  const places = across === undefined ? [height] : [height, across];
  const [inputs, outputs] = [colours * inputsOf(layout), colours * outputsOf(layout)];
  const { channels, width } = settings;
  const stack = (picture: number) => ({ channels: [picture, ...channels], places, activation: relu });
  const small = featureShape(stack(inputs));
  if (small.some((place) => place < 1)) throw errors.VAE_TOO_SMALL(use, channels.length, places);
  const flat = small.reduce((product, dim) => product * dim, 1);

  const shrink = convEncoder('encoder.conv', stack(inputs));
  const narrow = perceptron('encoder.dense', [flat + layout.classes, width]);
  const widen = perceptron('decoder.dense', [reads, width, flat]);
  const grow = convDecoder('decoder.conv', stack(outputs));
  return {
    down: (x, given) => narrow(beside(each(shrink(channelsFirst(each(x, ...places, inputs))), flat), given)),
    features: width,
    up: (z) => each(channelsLast(grow(each(widen(z), ...small))), layout.length, outputsOf(layout)),
  };
};

/** [n, ...places, channels] to [n, channels, ...places]; nothing moves where there is one channel. */
const channelsFirst = (x: Node): Node => {
  const rest = x.shape.slice(1) as number[];
  const channels = rest.pop()!;
  return channels === 1 ? each(x, 1, ...rest) : transpose(x, [0, rest.length + 1, ...rest.map((_, at) => at + 1)]);
};

/** And back. */
const channelsLast = (x: Node): Node => {
  const [channels, ...places] = x.shape.slice(1) as number[];
  return channels === 1 ? each(x, ...places, 1) : transpose(x, [0, ...places.map((_, at) => at + 2), 1]);
};
