import type { Node } from '../graph/node.ts';
import { convLayer, convTransposedLayer } from './conv.ts';
import type { Layer } from './linear.ts';

/** How a stack of convolutions is made. */
export interface StackSettings extends Pick<Parameters<typeof convLayer>[3], 'bias' | 'initial' | 'through'> {
  /** What is done after each layer, by its number; the last of `convUp` is left as it is. */
  readonly between: (x: Node, layer: number) => Node;
}

/** The lengths of the places after each halving: of [28, 28] twice [28, 28], [14, 14], [7, 7]. */
export const halvings = (size: readonly number[], times: number): readonly (readonly number[])[] =>
  Array.from({ length: times + 1 }, (_, time) => size.map((length) => Math.floor(length / 2 ** time)));

const WINDOW = { stride: 2, padding: 1 } as const;
const windowOf = (size: readonly number[]) => size.map(() => 4);

/** Convolutions 4 wide with stride 2, each of which halves every place axis: [batch, inputs, ...size] to [batch, channels.at(-1), ...]. Radford et al. (2016). */
export const convDown = (name: string, size: readonly number[], channels: readonly number[], how: StackSettings): Layer => {
  const { between, ...rest } = how;
  const layers = channels
    .slice(1)
    .map((outputs, at) => convLayer(`${name}.${at}`, channels[at]!, outputs, { size: windowOf(size), ...WINDOW, ...rest }));
  return (x) => layers.reduce((made, layer, at) => between(layer(made), at), x);
};

/** The mirror image: [batch, channels[0], ...] back to [batch, channels.at(-1), ...size]. */
export const convUp = (name: string, size: readonly number[], channels: readonly number[], how: StackSettings): Layer => {
  const { between, ...rest } = how;
  const sizes = halvings(size, channels.length - 1).toReversed();
  const layers = channels.slice(1).map((outputs, at) => {
    const extra = sizes[at + 1]!.map((length) => length % 2); // a halving of an odd length leaves one behind
    return convTransposedLayer(`${name}.${at}`, channels[at]!, outputs, { size: windowOf(size), ...WINDOW, extra, ...rest });
  });
  return (x) => layers.reduce((made, layer, at) => (at < layers.length - 1 ? between(layer(made), at) : layer(made)), x);
};
