import { apply, apply1, gather, gemm, multiply, type Node, type Op, parameter, sum } from '../../toolkit/index.ts';
import type { Architecture } from './architecture.ts';
import { activate } from './forward.ts';
import { FUSED_ACTIVATIONS } from './fused.ts';
import { type Precision, product } from './products.ts';

/** Each row of x [rows, width] through the experts it chooses, and through no other: rows are copied to stand by expert, so that each reads a part of them, and put back. */
export const routed = (architecture: Architecture, precision: Precision, layer: number, x: Node): Node => {
  const { count, active } = architecture.experts!;
  const { width, inner, gated } = architecture;
  const name = `layers.${layer}`;
  const logits = gemm(x, parameter(`${name}.router.weight`, [width, count], { fill: 0 }));
  const [gates, sizes, sources, back] = apply(ROUTE, [logits], { active }) as readonly [Node, Node, Node, Node];
  const each = (of: 'up' | 'down', rows: Node, inputs: number, outputs: number): Node =>
    apply1(
      TOGETHER,
      apply(APART, [rows, sizes], { count }).map((part, expert) =>
        product(part, { name: `${name}.experts.${expert}.${of}`, inputs, outputs, bias: false, precision }),
      ),
      {},
    );
  const made = each(
    'down',
    activate(architecture, each('up', gather(x, sources), width, gated ? 2 * inner : inner), FUSED_ACTIVATIONS),
    inner,
    width,
  );
  return sum(multiply(gather(made, back), gates), { axes: [1] });
};

/** From logits [rows, experts]: what the chosen ones weigh [rows, active, 1], how many rows each expert takes [experts], which those are, expert by expert [chosen], and where each choice went [rows, active]. */
const ROUTE: Op<{ readonly active: number }> = {
  name: 'Route',
  infer: ([{ shape, dtype }], { active }) => [
    { dtype, shape: [shape[0]!, active, 1] },
    { dtype: 'int64', shape: [shape[1]!] },
    { dtype: 'int64', shape: ['chosen'] },
    { dtype: 'int64', shape: [shape[0]!, active] },
  ],
  onnx: (emit, [logits], { inputs: [{ shape }], attributes: { active } }) => {
    const [best, places] = emit.nodes('TopK', 2, [logits, emit.ints([active])], { axis: -1 });
    const gates = emit.node('Unsqueeze', [emit.node('Softmax', [best!], { axis: -1 }), emit.ints([2])]);
    const flat = emit.node('Reshape', [places!, emit.ints([-1])]);
    const hits = emit.node('Equal', [
      emit.node('Unsqueeze', [flat, emit.ints([1])]),
      emit.ints(Array.from({ length: Number(shape[1]) }, (_, at) => at)),
    ]);
    const sizes = emit.node('ReduceSum', [emit.cast(hits, 'int64'), emit.ints([0])], { keepdims: 0 });
    const ascending = (x: string): string => emit.nodes('TopK', 2, [x, emit.node('Shape', [x])], { axis: -1, largest: 0 })[1]!;
    const order = ascending(flat);
    const back = emit.node('Reshape', [ascending(order), emit.node('Shape', [places!])]);
    return [gates, sizes, emit.node('Div', [order, emit.ints([active])]), back];
  },
};

/** Rows in as many parts as there are experts, of the sizes that come with them. */
const APART: Op<{ readonly count: number }> = {
  name: 'Apart',
  infer: ([{ dtype, shape }], { count }) => Array.from({ length: count }, (_, at) => ({ dtype, shape: [`chosen.${at}`, shape[1]!] })),
  onnx: (emit, [rows, sizes], { attributes: { count } }) => emit.nodes('Split', count, [rows, sizes], { axis: 0 }),
};

/** The parts in one again. */
const TOGETHER: Op = {
  name: 'Together',
  infer: ([{ dtype, shape }]) => [{ dtype, shape: ['chosen', shape[1]!] }],
  onnx: (emit, parts) => emit.node('Concat', parts, { axis: 0 }),
};
