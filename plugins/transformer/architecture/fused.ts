import type { DType } from '../../toolkit/graph/dtype.ts';
import type { Emitter } from '../../toolkit/graph/emitter.ts';
import { apply, apply1, type Node, type Op } from '../../toolkit/graph/node.ts';
import type { Shape } from '../../toolkit/graph/shape.ts';
import { relu, silu } from '../../toolkit/index.ts';
import type { Activations } from './forward.ts';

/** ONNX Runtime's own operators, which do in one what a graph of standard ones does in several; no derivative is needed of them. */
export const MICROSOFT = 'com.microsoft';

const NORM: Op<{ readonly epsilon: number }> = {
  name: 'FusedNorm',
  infer: ([x]) => [x],
  onnx: (emit, [x, scale, shift], { attributes: { epsilon } }) =>
    shift === undefined
      ? emit.node('SimplifiedLayerNormalization', [x, scale], { axis: -1, epsilon: { float: epsilon } })
      : emit.node('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: { float: epsilon } }),
};

/** The norm of the last axis, scaled and, where there is a shift, shifted; without one it is the root mean square's. */
export const fusedNorm = (x: Node, epsilon: number, scale: Node, shift?: Node): Node =>
  apply1(NORM, shift ? [x, scale, shift] : [x, scale], { epsilon });

const ADD_NORM: Op<{ readonly epsilon: number }> = {
  name: 'FusedAddNorm',
  infer: ([x]) => [x, x],
  onnx: (emit, [x, delta, scale, shift], { attributes: { epsilon } }) => {
    const settings = { epsilon: { float: epsilon } };
    if (shift !== undefined && emit.fused) {
      // on the CPU the operator that does both takes three times as long; of an Add the runtime would make it again
      const whole = emit.node('Sum', [x, delta]);
      return [whole, emit.node('LayerNormalization', [whole, scale, shift], { axis: -1, ...settings })];
    }
    const name = shift === undefined ? 'SkipSimplifiedLayerNormalization' : 'SkipLayerNormalization';
    const inputs = shift === undefined ? [x, delta, scale] : [x, delta, scale, shift];
    const [normal, , , whole] = emit.nodes(name, 4, inputs, settings, MICROSOFT);
    return [whole!, normal!];
  },
};

/** x + delta, and its norm. */
export const fusedAddNorm = (x: Node, delta: Node, epsilon: number, scale: Node, shift?: Node): readonly [Node, Node] =>
  apply(ADD_NORM, shift ? [x, delta, scale, shift] : [x, delta, scale], { epsilon }) as readonly [Node, Node];

const ROTARY: Op<{ readonly heads: number; readonly turned: number }> = {
  name: 'FusedRotary',
  infer: ([x]) => [x],
  onnx: (emit, inputs, { attributes: { heads, turned } }) =>
    emit.node('RotaryEmbedding', inputs, { num_heads: heads, ...(turned > 0 && { rotary_embedding_dim: turned }) }, MICROSOFT),
};

/** x [batch, positions, heads·width] turned, head by head, by the angles [rows, width/2] that `places` [batch, positions] points to; of each head the first `turned`, where not all. */
export const fusedRotary = (x: Node, places: Node, cosines: Node, sines: Node, heads: number, turned = 0): Node =>
  apply1(ROTARY, [x, places, cosines, sines], { heads, turned });

const bend = (name: string): ((x: Node) => Node) => {
  const op: Op = { name, infer: ([x]) => [x], onnx: (emit, inputs) => emit.node(name, inputs, {}, MICROSOFT) };
  return (x) => apply1(op, [x], {});
};

/** Those that would else be a dozen operators; the runtime sees by itself what SiLU is. */
export const FUSED_ACTIVATIONS: Activations = { gelu: bend('Gelu'), gelu_tanh: bend('FastGelu'), relu, silu };

const SPLIT_AT: Op<{ readonly lengths: Shape }> = {
  name: 'SplitAt',
  infer: ([x], { lengths }) => lengths.map((length) => ({ dtype: x.dtype, shape: [...x.shape.slice(0, -1), length] })),
  onnx: (emit, [x], { attributes: { lengths } }) => emit.nodes('Split', lengths.length, [x, emit.shape(lengths)], { axis: -1 }),
};

/** Parts of the last axis, whose lengths may be named. */
export const splitAt = (x: Node, lengths: Shape): readonly Node[] => apply(SPLIT_AT, [x], { lengths });

/** An operation of one output, of a type that is told, written as it says. */
export const written = (
  name: string,
  inputs: readonly Node[],
  type: { readonly dtype: DType; readonly shape: Shape },
  write: (emit: Emitter, names: readonly string[]) => string,
): Node => apply1<object>({ name, infer: () => [type], onnx: (emit, names) => write(emit, names) }, inputs, {});
