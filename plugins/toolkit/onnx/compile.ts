import type { Value } from '../graph/dtype.ts';
import { variableOf } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { callsOf } from '../graph/walk.ts';
import { mustFit } from '../weights/fit.ts';
import { emitGraph } from './emit.ts';
import type { Program } from './program.ts';
import { type ModelInfo, writeModel } from './write.ts';

interface ProgramSettings {
  readonly card?: ModelInfo;
  /** The variables, which are then parts of the model. */
  readonly weights?: ReadonlyMap<string, Value> | undefined;
  /** Whether it is for the CPU alone. */
  readonly fused?: boolean;
}

/** A graph made ready for an engine: nodes to report by name, and variables with what each becomes. Throws TOOLKIT_STATE where a weight is missing, or of another shape. */
export const programOf = (
  reports: Readonly<Record<string, Node>>,
  updates: readonly { readonly variable: Node; readonly next: Node }[] = [],
  { card = {}, weights, fused = false }: ProgramSettings = {},
): Program => {
  const next = updates.map(({ variable, next }) => [`${variableOf(variable)!.name}'`, next] as const);
  const outputs = { ...reports, ...Object.fromEntries(next) };
  const graph = emitGraph(outputs, fused);
  if (weights) mustFit(graph.variables, weights);
  const initials = new Map(
    callsOf(Object.values(outputs)).flatMap(({ outputs: [node] }) =>
      variableOf(node) ? [[variableOf(node)!.name, variableOf(node)!.initial]] : [],
    ),
  );
  return {
    model: writeModel(graph, weights ?? new Map(), card),
    inputs: graph.inputs.filter(({ noise }) => !noise),
    noises: graph.inputs.flatMap(({ noise, shape, ...port }) => (noise ? [{ ...port, noise, shape: shape as readonly number[] }] : [])),
    variables: (weights ? [] : graph.variables).map(({ name, dtype, shape }) => ({
      name,
      dtype,
      shape: shape as readonly number[],
      initial: initials.get(name)!,
    })),
    updates: Object.fromEntries(updates.map(({ variable }) => [`${variableOf(variable)!.name}'`, variableOf(variable)!.name])),
    reports: Object.keys(reports),
  };
};
