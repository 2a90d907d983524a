import { apply1, type Node, type Op } from '../graph/node.ts';
import { exp, multiply, subtract } from './arithmetic.ts';
import { sum } from './reduce.ts';

interface Axis {
  readonly axis: number;
}

/** What is barred weighs e to this, nothing in single precision, where its products with values stay above 10⁻³⁸: below that a processor takes ten times as long. */
const LOWEST = -50;

const SOFTMAX: Op<Axis & { readonly barred: boolean }> = {
  name: 'Softmax',
  infer: ([x]) => [x],
  onnx: (emit, [x], { inputs: [{ dtype }], attributes: { axis, barred } }) => {
    if (!barred || !emit.fused || dtype !== 'float32') return emit.node('Softmax', [x], { axis });
    const most = emit.node('ReduceMax', [x], { axes: [axis], keepdims: 1 });
    return emit.node('Softmax', [emit.node('Max', [x, emit.node('Add', [most, emit.scalar(LOWEST, dtype)])])], { axis });
  },
  derivative: ({ outputs: [y], attributes: { axis } }, g) => {
    const weighted = multiply(g, y);
    return [subtract(weighted, multiply(y, sum(weighted, { axes: [axis], keep: true })))];
  },
};

/** eˣ over its sum along an axis. */
export const softmax = (x: Node, axis = -1): Node => apply1(SOFTMAX, [x], { axis: axis < 0 ? axis + x.shape.length : axis, barred: false });

/** The same along the last axis, where a mask has put some far below all others. */
export const maskedSoftmax = (x: Node): Node => apply1(SOFTMAX, [x], { axis: x.shape.length - 1, barred: true });

const LOG_SUM_EXP: Op<Axis> = {
  name: 'LogSumExp',
  infer: ([x], { axis }) => [{ dtype: x.dtype, shape: x.shape.map((dim, at) => (at === axis ? 1 : dim)) }],
  onnx: (emit, [x], { attributes: { axis } }) => {
    const most = emit.node('ReduceMax', [x], { axes: [axis], keepdims: 1 });
    const terms = emit.node('Exp', [emit.node('Sub', [x, most])]);
    return emit.node('Add', [emit.node('Log', [emit.node('ReduceSum', [terms, emit.ints([axis])], { keepdims: 1 })]), most]);
  },
  derivative: ({ inputs: [x], outputs: [y] }, g) => [multiply(g, exp(subtract(x, y)))],
};

/** ln Σ eˣ along an axis, which stays as a length of 1; without overflow. */
export const logSumExp = (x: Node, axis = -1): Node => apply1(LOG_SUM_EXP, [x], { axis: axis < 0 ? axis + x.shape.length : axis });

/** The logarithm of softmax. */
export const logSoftmax = (x: Node, axis = -1): Node => subtract(x, logSumExp(x, axis));
