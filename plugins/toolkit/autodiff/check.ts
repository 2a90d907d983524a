import { createRandom, normal } from '../../../core/data/random.ts';
import { arrayOf, type DType } from '../graph/dtype.ts';
import { constant, input } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { sizeOf } from '../graph/shape.ts';
import { callsOf, dependents } from '../graph/walk.ts';
import { programOf } from '../onnx/compile.ts';
import { Engine } from '../onnx/engine.ts';
import type { Program, RunResult } from '../onnx/program.ts';
import { add, multiply } from '../ops/arithmetic.ts';
import { sum } from '../ops/reduce.ts';
import { gradients } from './gradients.ts';

/** What is checked: a function of nodes, at these points. */
export interface Check {
  readonly f: (...inputs: Node[]) => Node;
  /** The shape of each input; its numbers are normal. */
  readonly shapes: readonly (readonly number[])[];
  readonly dtype?: Extract<DType, 'float32' | 'float64'>;
  readonly seed?: number;
  /** What is done to each drawn number, to keep away from where f is not smooth, or not defined. */
  readonly domain?: (x: number) => number;
  /** Whether the derivative is checked as well, as a function of its own. */
  readonly second?: boolean;
}

/** How far apart the derivative and the finite difference are, relative to the larger, as lengths of vectors. */
export interface Checked {
  readonly first: number;
  readonly second: number | undefined;
}

/** Compares derivatives with central finite differences, both run through ONNX Runtime; f is made scalar by random weights. */
export const checkGradients = async ({
  f,
  shapes,
  dtype = 'float64',
  seed = 0,
  domain = (x) => x,
  second = false,
}: Check): Promise<Checked> => {
  const random = createRandom(seed);
  const draw = (shape: readonly number[]): Float64Array => Float64Array.from({ length: Number(sizeOf(shape)) }, () => normal(random));
  const scalar = (node: Node): Node =>
    sum(multiply(node, constant(draw(node.shape as readonly number[]), node.shape as readonly number[], dtype)));
  const points = shapes.map((shape) => draw(shape).map(domain));
  const xs = shapes.map((shape, at) => input(`x${at}`, shape, dtype));
  const value = scalar(f(...xs));
  const slope = gradients(value, xs)
    .map(scalar)
    .reduce((a, b) => add(a, b));
  await using engine = await Engine.start({ device: 'cpu', threads: 1 });
  const first = await deviation(engine, value, xs, points);
  return { first, second: second ? await deviation(engine, slope, xs, points) : undefined };
};

/** How far the gradient of a scalar is from its finite differences, as a share of the larger; of what it does not depend on, nothing is asked. */
const deviation = async (engine: Engine, value: Node, xs: readonly Node[], points: readonly Float64Array[]): Promise<number> => {
  const reached = xs.filter((x) => dependents(callsOf([value]), [x]).has(value));
  if (reached.length === 0) return 0;
  const slopes = Object.fromEntries(
    gradients(value, reached, { unreached: 'zeros' }).map((slope, at) => [`slope${xs.indexOf(reached[at]!)}`, slope]),
  );
  const programs = [programOf({ value }), programOf(slopes)] as const;
  const [forward, backward] = [await engine.open(programs[0]), await engine.open(programs[1])];
  const run = async (number: number, { inputs }: Program, at: readonly Float64Array[]): Promise<RunResult['outputs']> => {
    const feeds = inputs.map(({ name, dtype, shape }) => [
      name,
      { dtype, dims: shape as number[], data: arrayOf(dtype, at[Number(name.slice(1))]!) },
    ]);
    return (await engine.run(number, Object.fromEntries(feeds))).outputs;
  };
  const made = await run(backward, programs[1], points);
  const step = value.dtype === 'float64' ? 1e-5 : 1e-2;
  let apart = 0;
  let [analytic, numeric] = [0, 0];
  for (const x of reached) {
    const at = xs.indexOf(x);
    const slope = made[`slope${at}`]!.data as Float64Array;
    for (let i = 0; i < slope.length; i++) {
      const moved = async (by: number): Promise<number> => {
        const there = points.map((point, each) => (each === at ? point.with(i, point[i]! + by) : point));
        return Number(((await run(forward, programs[0], there)).value!.data as Float64Array)[0]);
      };
      const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
      apart += (difference - slope[i]!) ** 2;
      analytic += slope[i]! ** 2;
      numeric += difference ** 2;
    }
  }
  await engine.release(forward);
  await engine.release(backward);
  return apart === 0 ? 0 : Math.sqrt(apart / Math.max(analytic, numeric));
};
