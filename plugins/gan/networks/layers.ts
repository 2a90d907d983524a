import { affine, conv, kaiming, type Layer, type Node, type Phase, parameter, spectralNorm, type Window } from '../../toolkit/index.ts';

/** Makes the layers of a discriminator, each weight divided by its largest singular value where that is asked for. */
export interface Maker {
  /** Rows [batch, inputs] to [batch, outputs]. */
  readonly linear: (name: string, inputs: number, outputs: number, bias?: boolean) => Layer;
  /** [batch, inputs, ...places] to [batch, outputs, ...places]. */
  readonly conv: (name: string, inputs: number, outputs: number, size: readonly number[], window: Window) => Layer;
  /** A weight of any shape. */
  readonly weight: (name: string, shape: readonly number[]) => Node;
}

/** The plain maker, or the spectral one; the power iteration moves on where the phase is that of training. */
export const makerOf = (spectral: boolean, phase: Phase): Maker => {
  const weight = (name: string, shape: readonly number[]): Node => {
    const plain = parameter(name, shape, kaiming(shape));
    return spectral ? spectralNorm(name, plain, phase) : plain;
  };
  const shift = (name: string, outputs: number): Node => parameter(name, [outputs], { fill: 0 });
  return {
    weight,
    linear: (name, inputs, outputs, bias = true) => {
      const kernel = weight(`${name}.weight`, [inputs, outputs]);
      const offset = bias ? shift(`${name}.bias`, outputs) : undefined;
      return (x) => affine(x, kernel, offset);
    },
    conv: (name, inputs, outputs, size, window) => {
      const kernel = weight(`${name}.weight`, [outputs, inputs, ...size]);
      const offset = shift(`${name}.bias`, outputs);
      return (x) => conv(x, kernel, window, offset);
    },
  };
};
