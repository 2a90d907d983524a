import { gradients } from '../autodiff/gradients.ts';
import { errors } from '../errors.ts';
import { constant, nameOf, variable, variableOf } from '../graph/leaves.ts';
import { describe, type Node, type Refuse } from '../graph/node.ts';
import { callsOf } from '../graph/walk.ts';
import { programOf } from '../onnx/compile.ts';
import type { Program } from '../onnx/program.ts';
import { add, divide, multiply, subtract } from '../ops/arithmetic.ts';
import { expandTo } from '../ops/shape.ts';
import { clip, gradientNorm } from '../optim/clip.ts';
import { correction, type Update } from '../optim/optimizer.ts';
import { pack, unpack } from './pack.ts';
import type { Plan } from './plan.ts';

/** The programs of a plan: `step` learns from a batch, `gather` adds up a batch's gradient without learning yet. */
export interface Compiled {
  readonly step: Program;
  readonly gather?: Program;
  /** The names of what is learned. */
  readonly parameters: readonly string[];
  /** The names of all that a model of it needs: what is learned, and what the loss reads beside. */
  readonly variables: readonly string[];
}

/** Forward pass, backward pass, clipping, optimiser and moving average as one graph, `fused` where it is for the CPU alone. Throws TOOLKIT_PLAN, and what `gradients` throws. */
export const compile = (plan: Plan, scope: string, { fused = false }: { readonly fused?: boolean } = {}): Compiled => {
  const { loss, optimizer, metrics = {}, updates = [], accumulate = 1, average } = plan;
  const parameters = plan.parameters ?? parametersOf(loss);
  mustBeSound(plan, parameters, (why) => {
    throw errors.TOOLKIT_PLAN(scope, why);
  });
  const names = parameters.map((parameter) => variableOf(parameter)!.name);
  const fresh = gradients(loss, parameters);
  const packs = pack(
    parameters.map((parameter, at) => ({ name: names[at]!, parameter, gradient: fresh[at]! })),
    optimizer.kindOf,
  );

  const sums = accumulate > 1 ? packs.map(({ slope: { name, gradient } }): Update => accumulator(`${scope}/sum/${name}`, gradient)) : [];
  const whole = packs.map(({ slope }, at) => (accumulate > 1 ? multiply(sums[at]!.next, 1 / accumulate) : slope.gradient));
  const norm = gradientNorm(whole);
  const clipped = clip(whole, norm, plan.clip);

  const count = variable(`${scope}/step`, []);
  const { learningRate } = optimizer;
  const rate = typeof learningRate === 'number' ? constant(learningRate) : learningRate(count);
  const { updates: shared, follow } = optimizer.step({ rate, scope });
  const learned = packs.flatMap((packed, at) =>
    follow({ ...packed.slope, gradient: clipped[at]! }).flatMap((update) => unpack(packed, update)),
  );

  const reports = { loss, gradient_norm: norm, learning_rate: rate, ...metrics };
  const emptied = sums.map(({ variable: sum }): Update => ({ variable: sum, next: expandTo(constant(0), sum.shape) }));
  const averaged = average === undefined ? [] : averages(scope, average, parameters, learned);
  const counted = { variable: count, next: add(count, 1) };
  return {
    step: programOf(reports, [counted, ...shared, ...learned, ...averaged, ...emptied, ...updates], { fused }),
    ...(accumulate > 1 && { gather: programOf({ loss, ...metrics }, [...sums, ...updates], { fused }) }),
    parameters: names,
    variables: callsOf([loss, ...updates.map(({ next }) => next)]).flatMap(({ outputs: [node] }) => variableOf(node)?.name ?? []),
  };
};

/** What every step reports, beside the metrics. */
const REPORTED = ['loss', 'gradient_norm', 'learning_rate'];

const mustBeSound = ({ metrics = {}, accumulate = 1, updates = [] }: Plan, parameters: readonly Node[], refuse: Refuse): void => {
  if (parameters.length === 0) refuse('its loss depends on no parameter');
  for (const node of [...parameters, ...updates.map(({ variable }) => variable)])
    if (!variableOf(node)) refuse(`"${nameOf(node)}" is ${describe(node)} and no variable, so it cannot change`);
  for (const [name, node] of Object.entries(metrics)) {
    if (REPORTED.includes(name)) refuse(`a metric cannot be called "${name}", which each step reports`);
    if (node.shape.length > 0) refuse(`the metric "${name}" is ${describe(node)}, and a metric is one number; take its mean or its sum`);
  }
  if (!Number.isInteger(accumulate) || accumulate < 1) refuse(`it is to accumulate ${accumulate} batches`);
};

/** Every parameter that a node depends on, in the order of making. */
export const parametersOf = (loss: Node): Node[] =>
  callsOf([loss]).flatMap(({ outputs: [node] }) => (variableOf(node)?.learned ? [node] : []));

const accumulator = (name: string, gradient: Node): Update => {
  const sum = variable(name, gradient.shape as readonly number[]);
  return { variable: sum, next: add(sum, gradient) };
};

/** What is learned, averaged over its steps with weights that fall by `keep` a step; where it began, which nobody learned, is no part of it. */
const averages = (scope: string, keep: number, parameters: readonly Node[], learned: readonly Update[]): Update[] => {
  const weights = correction(`${scope}/average`, keep);
  const share = divide(1 - keep, weights.next);
  const followers = parameters.map((parameter): Update => {
    const { name } = variableOf(parameter)!;
    const { next } = learned.find((update) => update.variable === parameter)!;
    const mean = variable(`${scope}/average/${name}`, next.shape as readonly number[], { copy: name });
    return { variable: mean, next: add(mean, multiply(subtract(next, mean), share)) };
  });
  return [weights, ...followers];
};
