import { type DType, isFloat } from '../graph/dtype.ts';
import { type Operand, operands } from '../graph/leaves.ts';
import { apply1, type Node, type Op } from '../graph/node.ts';
import { broadcast, broadcastOf, comparison, NONE } from './define.ts';

/** a = b */
export const equal = comparison('Equal');
/** a > b */
export const greater = comparison('Greater');
/** a ≥ b */
export const greaterOrEqual = comparison('GreaterOrEqual');
/** a < b */
export const less = comparison('Less');
/** a ≤ b */
export const lessOrEqual = comparison('LessOrEqual');
/** Both. */
export const and = comparison('And');
/** Either, or both. */
export const or = comparison('Or');

const NOT: Op = { name: 'Not', infer: ([x]) => [x], onnx: (emit, inputs) => emit.node('Not', inputs) };

/** The opposite of a truth value. */
export const not = (x: Node): Node => apply1(NOT, [x], NONE);

const WHERE: Op = {
  name: 'Where',
  infer: ([condition, ...values], _, refuse) => {
    if (condition.dtype !== 'bool') refuse('the first must be true or false');
    const { dtype } = broadcast(values, refuse);
    return [
      {
        dtype,
        shape: broadcastOf(
          [condition, ...values].map((input) => input.shape),
          refuse,
        ),
      },
    ];
  },
  onnx: (emit, inputs) => emit.node('Where', inputs),
  derivative: ({ inputs: [condition] }, g) => [undefined, where(condition, g, 0), where(condition, 0, g)],
};

/** `yes` where the condition holds, else `no`. */
export const where = (condition: Node, yes: Operand, no: Operand): Node => apply1(WHERE, [condition, ...operands([yes, no])], NONE);

const CAST: Op<{ readonly dtype: DType }> = {
  name: 'Cast',
  infer: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  onnx: (emit, inputs, { attributes: { dtype } }) => emit.cast(inputs[0]!, dtype),
  derivative: ({ inputs: [x] }, g) => [isFloat(x.dtype) ? cast(g, x.dtype) : g],
};

/** The same numbers as another type. */
export const cast = (x: Node, dtype: DType): Node => (x.dtype === dtype ? x : apply1(CAST, [x], { dtype }));

const HEAVISIDE: Op = {
  name: 'Heaviside',
  infer: ([x]) => [x],
  onnx: (emit, [x], { outputs: [{ dtype }] }) => emit.cast(emit.node('Greater', [x, emit.scalar(0, dtype)]), dtype),
  derivative: () => [undefined],
};

/** 1 above 0, else 0; flat, so its derivative is 0. */
export const heaviside = (x: Node): Node => apply1(HEAVISIDE, [x], NONE);
