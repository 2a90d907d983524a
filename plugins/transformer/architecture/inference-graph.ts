import {
  add,
  concat,
  constant,
  gather,
  gemm,
  input,
  maskedSoftmax,
  matmul,
  multiply,
  type Node,
  parameter,
  reshape,
  transpose,
} from '../../toolkit/index.ts';
import { type Architecture, contextOf } from './architecture.ts';
import { forward, type Parts } from './forward.ts';
import { FUSED_ACTIVATIONS, fusedAddNorm, fusedNorm, fusedRotary, splitAt } from './fused.ts';
import { parametersOf } from './parameters.ts';
import { type Precision, product } from './products.ts';
import { rotaryWidthOf, slopes } from './rope.ts';
import { routed } from './routed.ts';
import { sinusoids } from './sinusoids.ts';

/** How products are computed: those of the layers, and that of the head. */
export interface Precisions {
  readonly layers: Precision;
  readonly head: Precision;
}

const PAST = 'capacity';
const WHOLE = 'capacity+new';

/**
 * Reads [batch, new] ids in the light of a cache of any capacity: keys come transposed [batch, kv heads, width, capacity], values [batch, kv heads, capacity, width];
 * a mask says which columns are anything, and only the new ones go out, `new_keys.0`, `new_values.0` and so on, beside `logits` of the `picks` among [batch·new].
 * A `resident` cache goes out whole instead, `held_keys.0` and so on, the new columns where `placing` [batch, 1, new, capacity] has ones: all others it has are 0.
 */
export const inferenceGraph = (architecture: Architecture, precisions: Precisions, resident = false): Readonly<Record<string, Node>> => {
  const { vocabulary, width, tied } = architecture;
  const outputs: Record<string, Node> = {};
  const embedding = parameter('embed.weight', [vocabulary, width], { fill: 0 });
  const placing = resident ? input('placing', ['batch', 1, 'new', PAST]) : undefined;
  const keep: Keep = (layer, keys, values, pastKeys, pastValues) => {
    outputs[`${placing ? 'held' : 'new'}_keys.${layer}`] = placing ? add(pastKeys, matmul(keys, placing)) : keys;
    outputs[`${placing ? 'held' : 'new'}_values.${layer}`] = placing
      ? add(pastValues, matmul(transpose(placing, [0, 1, 3, 2]), values))
      : values;
  };
  const hidden = forward(architecture, readingParts(architecture, precisions.layers, embedding, keep));
  const picked = gather(reshape(hidden, ['batch*new', width]), input('picks', ['picked'], 'int32'));
  const named = { name: 'head', inputs: width, outputs: vocabulary, bias: false, precision: precisions.head };
  const logits = tied && precisions.head === 'float32' ? gemm(picked, embedding, undefined, false, true) : product(picked, named);
  return { logits, ...outputs };
};

/** What becomes of a layer's new keys and values, and of those before. */
type Keep = (layer: number, keys: Node, values: Node, pastKeys: Node, pastValues: Node) => void;

const readingParts = (architecture: Architecture, precision: Precision, embedding: Node, keep: Keep): Parts => {
  const { heads, kvHeads, headWidth, epsilon, positions, width, context } = architecture;
  const known = parametersOf(architecture);
  const weight = (name: string): Node => parameter(name, known.get(name)!.shape, { fill: 0 });
  const optional = (name: string): Node | undefined => (known.has(name) ? weight(name) : undefined);
  const group = heads / kvHeads;
  const places = input('places', ['batch', 'new'], 'int64');
  const angles = ['cosines', 'sines'].map((name) => input(name, ['angles', rotaryWidthOf(architecture) / 2])) as [Node, Node];
  const mask = maskOf(architecture);
  return {
    embed: () => {
      const x = gather(embedding, input('ids', ['batch', 'new'], 'int32'));
      if (positions === 'learned') return add(x, gather(parameter('positions.weight', [context, width], { fill: 0 }), places));
      if (positions !== 'sinusoidal') return x;
      const longest = contextOf(architecture)!;
      return add(x, gather(constant(sinusoids(longest, width), [longest, width]), places));
    },
    product: (name, x) => {
      const [inputs, out] = known.get(`${name}.weight`)!.shape as readonly [number, number];
      return product(x, { name, inputs, outputs: out, bias: known.has(`${name}.bias`), precision });
    },
    halves: (name, x) => {
      const [inputs, out] = known.get(`${name}.weight`)!.shape as readonly [number, number];
      const half = (part: string): Node =>
        product(x, { name: `${name}.${part}`, inputs, outputs: out / 2, bias: known.has(`${name}.bias`), precision });
      return [half('first'), half('second')];
    },
    norm: (name, x) => fusedNorm(x, epsilon, weight(`${name}.weight`), optional(`${name}.bias`)),
    addNorm: (name, x, delta) => fusedAddNorm(x, delta, epsilon, weight(`${name}.weight`), optional(`${name}.bias`)),
    headNorm: (name, x, count) => {
      const apart = reshape(x, ['batch', 'new', count, headWidth]);
      return reshape(fusedNorm(apart, epsilon, weight(`${name}.weight`)), ['batch', 'new', count * headWidth]);
    },
    turn: (x, count) => fusedRotary(x, places, ...angles, count, architecture.rope.turned),
    attend: (layer, q, k, v) => {
      const keys = transpose(reshape(k, ['batch', 'new', kvHeads, headWidth]), [0, 2, 3, 1]);
      const values = transpose(reshape(v, ['batch', 'new', kvHeads, headWidth]), [0, 2, 1, 3]);
      const scaled = multiply(q, headWidth ** -0.5);
      const grouped = transpose(reshape(scaled, ['batch', 'new', kvHeads, group, headWidth]), [0, 2, 3, 1, 4]);
      const queries = reshape(grouped, ['batch', kvHeads, group === 1 ? 'new' : `${group}*new`, headWidth]);
      const pastKeys = input(`keys.${layer}`, ['batch', kvHeads, headWidth, PAST]);
      const pastValues = input(`values.${layer}`, ['batch', kvHeads, PAST, headWidth]);
      keep(layer, keys, values, pastKeys, pastValues);
      const scores = concat([matmul(queries, pastKeys), matmul(queries, keys)], -1);
      const weights = maskedSoftmax(add(reshape(scores, ['batch', kvHeads, group, 'new', WHOLE]), mask));
      const [past, fresh] = splitAt(reshape(weights, scores.shape), [PAST, 'new']) as readonly [Node, Node];
      const seen = add(matmul(past, pastValues), matmul(fresh, values));
      const apart = transpose(reshape(seen, ['batch', kvHeads, group, 'new', headWidth]), [0, 3, 1, 2, 4]);
      return reshape(apart, ['batch', 'new', heads * headWidth]);
    },
    activations: FUSED_ACTIVATIONS,
    mix: (layer, x) => reshape(routed(architecture, precision, layer, reshape(x, ['batch*new', width])), ['batch', 'new', width]),
    drop: (_, x) => x,
  };
};

/** What is added to scores [batch, kv heads, group, new, columns]: what the mask bars, and what distance costs. */
const maskOf = ({ heads, kvHeads, positions }: Architecture): Node => {
  const mask = input('mask', ['batch', 1, 1, 'new', WHOLE]);
  if (positions !== 'alibi') return mask;
  const rates = constant(
    slopes(heads).map((rate) => -rate),
    [kvHeads, heads / kvHeads, 1, 1],
  );
  return add(mask, multiply(input('distances', ['batch', 1, 1, 'new', WHOLE]), rates));
};
