import { errors } from '../errors.ts';
import { callerLine } from '../graph/caller.ts';
import { isFloat } from '../graph/dtype.ts';
import { constant, inputOf, mustBeFloat, nameOf, variableOf } from '../graph/leaves.ts';
import { type Call, describe, type Node } from '../graph/node.ts';
import { callsOf, dependents } from '../graph/walk.ts';
import { add } from '../ops/arithmetic.ts';
import { sumTo } from '../ops/reduce.ts';
import { expandTo } from '../ops/shape.ts';

/**
 * The derivative of a scalar with respect to each of `wrt`, by reverse accumulation: a graph from a graph, that can be differentiated again.
 * What the loss does not depend on is an error, or zeros where asked for. Throws TOOLKIT_LOSS_SHAPE, TOOLKIT_INTEGER, TOOLKIT_UNREACHED (naming all that the loss does not depend on) or TOOLKIT_NO_DERIVATIVE.
 */
export const gradients = (
  loss: Node,
  wrt: readonly Node[],
  { unreached = 'error' }: { readonly unreached?: 'error' | 'zeros' } = {},
): Node[] => {
  if (loss.shape.length > 0) throw errors.TOOLKIT_LOSS_SHAPE(describe(loss), callerLine());
  mustBeFloat(loss, 'the loss');
  for (const node of wrt) mustBeFloat(node, `"${nameOf(node)}"`);

  const calls = callsOf([loss]);
  const between = dependents(calls, wrt);
  const total = new Map<Node, Node>([[loss, constant(1, [], loss.dtype)]]);
  for (const call of calls.reverse()) {
    const arrived = call.outputs.map((output) => total.get(output));
    if (arrived.every((g) => g === undefined) || !call.inputs.some((input) => between.has(input))) continue;
    if (!call.op.derivative) throw errors.TOOLKIT_NO_DERIVATIVE(call.op.name, sources(call, wrt), callerLine());
    const parts = call.op.derivative(call, arrived[0] as Node, ...arrived.slice(1));
    call.inputs.forEach((input, at) => {
      const part = parts[at];
      if (!part || !between.has(input)) return;
      if (!isFloat(input.dtype)) throw errors.TOOLKIT_INTEGER_PATH(input.dtype, sources(call, wrt), callerLine());
      const before = total.get(input);
      const fitting = expandTo(sumTo(part, input.shape), input.shape);
      total.set(input, before ? add(before, fitting) : fitting);
    });
  }

  const lost = wrt.filter((node) => !total.has(node));
  if (lost.length > 0 && unreached === 'error') throw errors.TOOLKIT_UNREACHED(lost.map(nameOf), callerLine());
  return wrt.map((node) => total.get(node) ?? expandTo(constant(0, [], node.dtype), node.shape));
};

/** Which of the named ones a call depends on, for the error that says what stands between. */
const sources = (call: Call, wrt: readonly Node[]): string => {
  const needed = new Set(callsOf(call.outputs));
  return (
    wrt
      .filter((node) => needed.has(node.call) && (inputOf(node) || variableOf(node)))
      .map((node) => `"${nameOf(node)}"`)
      .join(', ') || 'what it is taken with respect to'
  );
};
