import { gather, gemm, greater, multiply, type Node, parameter, reshape, slice, unsqueeze } from '../../toolkit/index.ts';
import type { Architecture } from './architecture.ts';
import { activate } from './forward.ts';
import { written } from './fused.ts';
import { type Precision, product } from './products.ts';

/** Each row of x [rows, width] through the experts it chooses, and through no other: what is computed grows with those that are active alone. */
export const routed = (architecture: Architecture, precision: Precision, layer: number, x: Node): Node => {
  const { count, active } = architecture.experts!;
  const { width, inner, gated } = architecture;
  const name = `layers.${layer}`;
  const rows = x.shape[0]!;
  const logits = gemm(x, parameter(`${name}.router.weight`, [width, count], { fill: 0 }));
  const gates = written('Gates', [logits], { dtype: 'float32', shape: [rows, count] }, (emit, [scores]) => {
    const [best, places] = emit.nodes('TopK', 2, [scores!, emit.ints([active])], { axis: -1 });
    const none = emit.node('Mul', [scores!, emit.scalar(0, 'float32')]);
    return emit.node('ScatterElements', [none, places!, emit.node('Softmax', [best!], { axis: -1 })], { axis: 1 });
  });
  let mixed = multiply(x, 0);
  for (let expert = 0; expert < count; expert++) {
    const gate = slice(gates, 1, expert, expert + 1);
    const some = `chosen.${layer}.${expert}`;
    const chosen = written('Chosen', [greater(gate, 0)], { dtype: 'int64', shape: [some] }, (emit, [hit]) =>
      emit.node('Reshape', [emit.node('NonZero', [emit.node('Reshape', [hit!, emit.ints([-1])])]), emit.ints([-1])]),
    );
    const part = (of: 'up' | 'down', rows: Node, inputs: number, outputs: number): Node =>
      product(rows, { name: `${name}.experts.${expert}.${of}`, inputs, outputs, bias: false, precision });
    const made = part('down', activate(architecture, part('up', gather(x, chosen), width, gated ? 2 * inner : inner)), inner, width);
    const weighted = multiply(made, gather(gate, chosen));
    mixed = written('AddRows', [mixed, unsqueeze(chosen, 1), reshape(weighted, [some, width])], x, (emit, names) =>
      emit.node('ScatterND', names, { reduction: 'add' }),
    );
  }
  return mixed;
};
