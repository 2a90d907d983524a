import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';
import { readModel } from '../../../../plugins/toolkit/onnx/read.ts';
import { compile } from '../../../../plugins/toolkit/train/compile.ts';
import { gpt } from '../../../bench/toolkit-models.ts';

const { plans, feeds } = gpt(2, 16, 2, 8, 3, 0);
const plan = plans.gpt!;
/** The length of all gradients is summed in another order where they are packed. */
const { clip: _, ...unclipped } = plan;

/** What is learned in so many steps, by name. */
const learned = async (plan: t.Plan, how: { readonly fused?: boolean } = {}, steps = 4): Promise<Map<string, number[]>> => {
  await using engine = await t.Engine.start({ device: 'cpu', threads: 1 }, 7);
  const { step, parameters } = compile(plan, 'p', how);
  const program = await engine.open(step);
  for (let at = 0; at < steps; at++) await engine.run(program, t.feedsOf(step.inputs, feeds));
  const read = await engine.read(parameters);
  return new Map(parameters.map((name) => [name, [...(read[name]!.data as Float32Array)]]));
};

const count = (program: t.Program, operator: string): number =>
  readModel(program.model as Uint8Array).operators.filter((name) => name === operator).length;

describe('a compiled plan', () => {
  it('has operators of the runtime for the CPU alone, which learn the same', async () => {
    const [standard, fused] = [compile(plan, 'p').step, compile(plan, 'p', { fused: true }).step];
    expect(count(standard, 'FusedMatMul')).toBe(0);
    expect(count(fused, 'FusedMatMul')).toBeGreaterThan(0);
    expect(count(fused, 'Transpose')).toBeLessThan(count(standard, 'Transpose'));
    expect(count(standard, 'Max')).toBe(0); // what the mask bars weighs a little, instead of less than the processor has numbers for
    expect(count(fused, 'Max')).toBe(2);
    const [one, other] = [await learned(plan), await learned(plan, { fused: true })];
    for (const [name, values] of one) for (const [at, value] of values.entries()) expect(other.get(name)![at]).toBeCloseTo(value, 4);
  });

  const rules: Record<string, t.Optimizer> = {
    adamW: t.adamW({ learningRate: 0.01, weightDecay: 0.5, decays: (name) => name.endsWith('norm1.weight') || name === 'head.weight' }),
    adam: t.adam({ learningRate: 0.01 }),
    lion: t.lion({ learningRate: 0.01, weightDecay: 0.5, decays: (name) => name.endsWith('bias') }),
    sgd: t.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    rmsProp: t.rmsProp({ learningRate: 0.01 }),
    held: t.heldWithin(0.05, t.sgd({ learningRate: 0.1 })),
  };
  for (const [name, optimizer] of Object.entries(rules)) {
    it(`follows small parameters together as it would each alone: ${name}`, async () => {
      const { kindOf, ...alone } = optimizer;
      expect(kindOf).toBeDefined();
      const apart: t.Optimizer = {
        ...alone,
        step: (moment) => {
          const { updates, follow } = alone.step(moment);
          return { updates, follow: (slope) => follow({ ...slope, kind: kindOf!(slope.name, slope.parameter) }) };
        },
      };
      const [one, other] = [
        await learned({ ...unclipped, optimizer: apart, average: 0.9 }),
        await learned({ ...unclipped, optimizer, average: 0.9 }),
      ];
      // a root at the end of a vector is rounded otherwise than one within
      for (const [name, values] of one)
        expect(Math.max(...values.map((value, at) => Math.abs(value - other.get(name)![at]!)))).toBeLessThan(1e-6);
      const nodes = (how: t.Optimizer): number =>
        readModel(compile({ ...plan, optimizer: how }, 'p').step.model as Uint8Array).operators.length;
      expect(nodes(optimizer)).toBeLessThan(nodes(apart));
    });
  }
});
