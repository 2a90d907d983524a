import type { Call, Node } from './node.ts';

/** Every call that `outputs` need, each after those it reads. */
export const callsOf = (outputs: readonly Node[]): Call[] => {
  const seen = new Set<Call>();
  const waiting = outputs.map((node) => node.call);
  for (let call = waiting.pop(); call; call = waiting.pop()) {
    if (seen.has(call)) continue;
    seen.add(call);
    for (const input of call.inputs) waiting.push(input.call);
  }
  return [...seen].sort((a, b) => a.id - b.id);
};

/** Of `calls` (in order), those through which `sources` reach the end. */
export const dependents = (calls: readonly Call[], sources: readonly Node[]): Set<Node> => {
  const reached = new Set<Node>(sources);
  for (const call of calls) if (call.inputs.some((input) => reached.has(input))) for (const output of call.outputs) reached.add(output);
  return reached;
};
