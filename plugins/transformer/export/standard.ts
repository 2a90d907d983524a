import {
  add,
  concat,
  constant,
  gather,
  input,
  layerNorm,
  matmul,
  multiply,
  type Node,
  parameter,
  reshape,
  rmsNorm,
  softmax,
  swap,
  transpose,
  unsqueeze,
} from '../../toolkit/index.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { forward, type Parts } from '../architecture/forward.ts';
import { written } from '../architecture/fused.ts';
import type { Precisions } from '../architecture/inference-graph.ts';
import { parametersOf } from '../architecture/parameters.ts';
import { type Precision, product } from '../architecture/products.ts';
import { rotaryTables, rotaryWidthOf } from '../architecture/rope.ts';
import { rotate } from '../architecture/rotary.ts';
import { MASKED } from '../architecture/training-graph.ts';

const ROWS = 'batch_size';
const NEW = 'sequence_length';
const PAST = 'past_sequence_length';
const WHOLE = `${PAST}+${NEW}`;

/**
 * The graph that others run: `input_ids`, `attention_mask`, `position_ids` and `past_key_values.0.key` [batch, kv heads, past, width] and so on go in,
 * `logits` of every position and `present.0.key` and so on come out; of standard operators alone, where products are in single precision.
 */
export const standardGraph = (architecture: Architecture, precisions: Precisions): Readonly<Record<string, Node>> => {
  const { vocabulary, width, tied } = architecture;
  const present: Record<string, Node> = {};
  const embedding = parameter('embed.weight', [vocabulary, width], { fill: 0 });
  const ids = input('input_ids', [ROWS, NEW], 'int64');
  const hidden = forward(architecture, standardParts(architecture, precisions.layers, ids, embedding, present));
  if (tied && precisions.head === 'float32') return { logits: matmul(hidden, swap(embedding)), ...present };
  const head = { name: 'head', inputs: width, outputs: vocabulary, bias: false, precision: precisions.head };
  return { logits: product(hidden, head), ...present };
};

const standardParts = (
  architecture: Architecture,
  precision: Precision,
  ids: Node,
  embedding: Node,
  present: Record<string, Node>,
): Parts => {
  const { heads, kvHeads, headWidth, width, context, norm: kind, epsilon, positions, rope } = architecture;
  const known = parametersOf(architecture);
  const weight = (name: string): Node => parameter(name, known.get(name)!.shape, { fill: 0 });
  const normOf = (name: string, x: Node): Node =>
    kind === 'rms'
      ? rmsNorm(x, weight(`${name}.weight`), epsilon)
      : layerNorm(x, weight(`${name}.weight`), weight(`${name}.bias`), epsilon);
  const places = input('position_ids', [ROWS, NEW], 'int64');
  const group = heads / kvHeads;
  const everywhere = Array.from({ length: context }, (_, at) => at);
  const turned = rotaryWidthOf(architecture);
  const [cosine, sine] = rotaryTables(rope, turned, positions === 'rotary' ? everywhere : []).map((table) =>
    positions === 'rotary' ? unsqueeze(gather(constant(table, [context, turned / 2]), places), 2) : places,
  ) as [Node, Node];
  const mask = maskOf(architecture, ids);
  return {
    embed: () => {
      const x = gather(embedding, ids);
      return positions === 'learned' ? add(x, gather(parameter('positions.weight', [context, width], { fill: 0 }), places)) : x;
    },
    product: (name, x) => {
      const [inputs, outputs] = known.get(`${name}.weight`)!.shape as readonly [number, number];
      return product(x, { name, inputs, outputs, bias: known.has(`${name}.bias`), precision });
    },
    norm: normOf,
    addNorm: (name, x, delta) => {
      const whole = add(x, delta);
      return [whole, normOf(name, whole)];
    },
    headNorm: (name, x, count) =>
      reshape(rmsNorm(reshape(x, [ROWS, NEW, count, headWidth]), weight(`${name}.weight`), epsilon), [ROWS, NEW, count * headWidth]),
    turn: (x, count) => reshape(rotate(reshape(x, [ROWS, NEW, count, headWidth]), turned, [cosine, sine]), [ROWS, NEW, count * headWidth]),
    attend: (layer, q, k, v) => {
      const headed = (x: Node): Node => transpose(reshape(x, [ROWS, NEW, kvHeads, headWidth]), [0, 2, 1, 3]);
      const remembered = (of: 'key' | 'value', fresh: Node): Node => {
        const past = input(`past_key_values.${layer}.${of}`, [ROWS, kvHeads, PAST, headWidth]);
        const all = concat([past, headed(fresh)], 2);
        present[`present.${layer}.${of}`] = all;
        return unsqueeze(all, 2);
      };
      const [keys, values] = [remembered('key', k), remembered('value', v)];
      const queries = transpose(reshape(multiply(q, headWidth ** -0.5), [ROWS, NEW, kvHeads, group, headWidth]), [0, 2, 3, 1, 4]);
      const seen = matmul(softmax(add(matmul(queries, swap(keys)), mask)), values);
      return reshape(transpose(seen, [0, 3, 1, 2, 4]), [ROWS, NEW, heads * headWidth]);
    },
    mix: (_, x) => x,
    drop: (_, x) => x,
  };
};

/** What bars later tokens, those beyond the window, and those that the attention mask leaves out: [batch, 1, 1, new, whole]. */
const maskOf = ({ window }: Architecture, ids: Node): Node => {
  const told = input('attention_mask', [ROWS, WHOLE], 'int64');
  return written('Mask', [told, ids], { dtype: 'float32', shape: [ROWS, 1, 1, NEW, WHOLE] }, (emit, [mask, fresh]) => {
    const length = (of: string): string =>
      emit.node('Squeeze', [emit.node('Slice', [emit.node('Shape', [of]), emit.ints([1]), emit.ints([2])])]);
    const [whole, some] = [length(mask!), length(fresh!)];
    const one = emit.node('Squeeze', [emit.ints([1])]);
    const none = emit.node('Squeeze', [emit.ints([0])]);
    const keys = emit.node('Range', [none, whole, one]);
    const queries = emit.node('Unsqueeze', [emit.node('Range', [emit.node('Sub', [whole, some]), whole, one]), emit.ints([1])]);
    const before = emit.node('LessOrEqual', [keys, queries]);
    const near =
      window === undefined
        ? before
        : emit.node('And', [before, emit.node('Greater', [keys, emit.node('Sub', [queries, emit.ints([window])])])]);
    const real = emit.node('Unsqueeze', [emit.cast(mask!, 'bool'), emit.ints([1, 2, 3])]);
    return emit.node('Where', [emit.node('And', [near, real]), emit.scalar(0, 'float32'), emit.scalar(MASKED, 'float32')]);
  });
};
