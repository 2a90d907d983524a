import {
  affine,
  convLayer,
  type Initial,
  kaiming,
  type Layer,
  type Node,
  type Phase,
  parameter,
  spectralNorm,
} from '../../toolkit/index.ts';

/** Makes the layers of a discriminator, each weight divided by its largest singular value where that is asked for. */
export interface Maker {
  /** Rows [batch, inputs] to [batch, outputs]. */
  readonly linear: (name: string, inputs: number, outputs: number) => Layer;
  /** Along a text: [batch, inputs, positions] to [batch, outputs, positions]. */
  readonly conv: (name: string, inputs: number, outputs: number, size: number) => Layer;
  /** A weight of any shape. */
  readonly weight: (name: string, shape: readonly number[], initial: Initial) => Node;
  /** What becomes of a kernel before it is used. */
  readonly through: (name: string, kernel: Node) => Node;
}

/** The plain maker, or the spectral one; the power iteration moves on where the phase is that of training. */
export const makerOf = (spectral: boolean, phase: Phase): Maker => {
  const through = (name: string, kernel: Node): Node => (spectral ? spectralNorm(name, kernel, phase) : kernel);
  const weight = (name: string, shape: readonly number[], initial: Initial): Node => through(name, parameter(name, shape, initial));
  return {
    through,
    weight,
    linear: (name, inputs, outputs) => {
      const kernel = weight(`${name}.weight`, [inputs, outputs], kaiming([inputs, outputs]));
      const offset = parameter(`${name}.bias`, [outputs], { fill: 0 });
      return (x) => affine(x, kernel, offset);
    },
    conv: (name, inputs, outputs, size) =>
      convLayer(name, inputs, outputs, { size: [size], padding: (size - 1) / 2, through: (kernel) => through(name, kernel) }),
  };
};
