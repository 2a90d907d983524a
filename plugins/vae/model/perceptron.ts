import { concat, linear, type Node, relu, reshape } from '../../toolkit/index.ts';

/** Dense layers of these widths, the first of which is the input's, each with a bend behind it. */
export const perceptron = (name: string, widths: readonly number[]): ((x: Node) => Node) => {
  const layers = widths.slice(1).map((width, at) => linear(`${name}.${at}`, widths[at]!, width));
  return (x) => layers.reduce((made, layer) => relu(layer(made)), x);
};

/** The same numbers as [n, ...rest]. */
export const each = (x: Node, ...rest: readonly number[]): Node => reshape(x, [x.shape[0]!, ...rest]);

/** Features [n, width] with what a row is conditioned on [n, classes] behind them. */
export const beside = (x: Node, given: Node | undefined): Node => (given ? concat([x, given], 1) : x);
