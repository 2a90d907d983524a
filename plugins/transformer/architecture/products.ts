import { add, gemm, matmul, type Node, parameter } from '../../toolkit/index.ts';
import { MICROSOFT, written } from './fused.ts';

/** How products are computed: in single precision; 8-bit weights and inputs quantised as they come; 4-bit weights in blocks that share a scale. */
export type Precision = 'float32' | 'int8' | 'int4';

/** How many weights of a column share a 4-bit scale. */
export const BLOCK = 32;

/** What a product is made of: [inputs, outputs], and whether there is a bias. */
export interface Product {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly precision: Precision;
}

const NOTHING = { fill: 0 } as const;

/** x·w + b, as its precision says; the names of what it reads are `name.weight`, `name.scale`, `name.bias`. */
export const product = (x: Node, { name, inputs, outputs, bias, precision }: Product): Node => {
  const shift = bias ? parameter(`${name}.bias`, [outputs], NOTHING) : undefined;
  const type = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), outputs] };
  switch (precision) {
    case 'float32': {
      const weight = parameter(`${name}.weight`, [inputs, outputs], NOTHING);
      const made = x.shape.length === 2 ? gemm(x, weight, shift) : matmul(x, weight);
      return shift && x.shape.length !== 2 ? add(made, shift) : made;
    }
    case 'int8': {
      const weight = parameter(`${name}.weight`, [inputs, outputs], NOTHING, 'int8');
      const scale = parameter(`${name}.scale`, [outputs], NOTHING);
      return written('Int8Product', shift ? [x, weight, scale, shift] : [x, weight, scale], type, (emit, [a, b, scales, c]) =>
        emit.node('DynamicQuantizeMatMul', c === undefined ? [a!, b!, scales!] : [a!, b!, scales!, '', c], {}, MICROSOFT),
      );
    }
    case 'int4': {
      const blocks = Math.ceil(inputs / BLOCK);
      const weight = parameter(`${name}.weight`, [outputs, blocks, BLOCK / 2], NOTHING, 'uint8');
      const scale = parameter(`${name}.scale`, [outputs * blocks], NOTHING);
      const made = written('Int4Product', [x, weight, scale], type, (emit, names) =>
        emit.node('MatMulNBits', names, { K: inputs, N: outputs, bits: 4, block_size: BLOCK, accuracy_level: 4 }, MICROSOFT),
      );
      return shift ? add(made, shift) : made;
    }
  }
};
