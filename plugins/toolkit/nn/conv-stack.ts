import type { Initial } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { leakyRelu } from '../ops/activation.ts';
import { convLayer, convTransposedLayer } from './conv.ts';
import type { Phase } from './norm.ts';

/** A layer that may keep statistics, told whether it trains. */
export type PhasedLayer = (x: Node, phase?: Phase) => Node;

/** Convolutions one after another between a picture and its features: the same settings make the way in and the way out. */
export interface ConvStack {
  /** From the picture inwards, such as [1, 32, 64]: one layer between each two. */
  readonly channels: readonly number[];
  /** How large the picture is, such as [28, 28]; one number for a sequence. */
  readonly places: readonly number[];
  /** The window; absent: 4, by strides of 2 with a margin of 1, so that each layer halves its places. */
  readonly size?: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly activation?: (x: Node) => Node;
  /** A normalisation of channels, such as `batchNormLayer`; it stands at every layer but the one at the picture. */
  readonly norm?: (name: string, channels: number) => PhasedLayer;
  /** What becomes of each kernel before it is used: `(name, kernel) => spectralNorm(name, kernel, phase)`. */
  readonly through?: (name: string, kernel: Node) => Node;
  readonly initial?: Initial;
}

/** The places after each layer, those of the picture first. */
const placesOf = ({ channels, places, size = 4, stride = 2, padding = 1 }: ConvStack): (readonly number[])[] => {
  const all = [places];
  for (let layer = 1; layer < channels.length; layer++)
    all.push(all.at(-1)!.map((place) => Math.floor((place + 2 * padding - size) / stride) + 1));
  return all;
};

/** What a stack makes of a picture, but for the batch: [channels, ...places]. */
export const featureShape = (stack: ConvStack): readonly number[] => [stack.channels.at(-1)!, ...placesOf(stack).at(-1)!];

const settled = ({ places, size = 4, stride = 2, padding = 1, initial, through, norm }: ConvStack, name: string, normed: boolean) => ({
  size: places.map(() => size),
  stride,
  padding,
  bias: !(norm && normed),
  ...(initial && { initial }),
  ...(through && { through: (kernel: Node) => through(name, kernel) }),
});

/** From a picture [batch, channels, ...places] to its features [batch, ...featureShape]. Radford, Metz and Chintala (2016). */
export const convEncoder = (name: string, stack: ConvStack): PhasedLayer => {
  const { channels, activation = (x) => leakyRelu(x, 0.2), norm } = stack;
  const layers = channels.slice(1).map((outputs, at): PhasedLayer => {
    const called = `${name}.${at}`;
    const convolve = convLayer(called, channels[at]!, outputs, settled(stack, called, at > 0));
    const normalise = at > 0 ? norm?.(`${called}.norm`, outputs) : undefined;
    return (x, phase) => activation(normalise ? normalise(convolve(x), phase) : convolve(x));
  });
  return (x, phase) => layers.reduce((made, layer) => layer(made, phase), x);
};

/** From features to a picture, the way back; what comes out is not bent, so that it may be logits. */
export const convDecoder = (name: string, stack: ConvStack): PhasedLayer => {
  const { channels, activation = (x) => leakyRelu(x, 0.2), norm, size = 4, stride = 2, padding = 1 } = stack;
  const places = placesOf(stack);
  const layers = channels.slice(0, -1).map((outputs, at): PhasedLayer => {
    const called = `${name}.${at}`;
    const extra = places[at]!.map((place, axis) => place - ((places[at + 1]![axis]! - 1) * stride - 2 * padding + size));
    const spread = convTransposedLayer(called, channels[at + 1]!, outputs, { ...settled(stack, called, at > 0), extra });
    const normalise = at > 0 ? norm?.(`${called}.norm`, outputs) : undefined;
    return (x, phase) => (at === 0 ? spread(x) : activation(normalise ? normalise(spread(x), phase) : spread(x)));
  });
  return (x, phase) => layers.reduceRight((made, layer) => layer(made, phase), x);
};
