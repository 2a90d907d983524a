import { constant, parameter } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, multiply, subtract } from '../ops/arithmetic.ts';
import { concat, slice, split } from '../ops/shape.ts';
import { normalInitial } from './initial.ts';

/** Rows of cosines and sines, [positions, width/2] each: of every position times every frequency. */
const angles = (positions: number, width: number, wavelength: number): readonly [Float32Array, Float32Array] => {
  const half = width / 2;
  const [cosines, sines] = [new Float32Array(positions * half), new Float32Array(positions * half)];
  for (let position = 0; position < positions; position++) {
    for (let at = 0; at < half; at++) {
      const angle = position / wavelength ** ((2 * at) / width);
      cosines[position * half + at] = Math.cos(angle);
      sines[position * half + at] = Math.sin(angle);
    }
  }
  return [cosines, sines];
};

/** A learned vector for each position, `name.weight` [positions, width]: those of the first `count`. */
export const learnedPositions = (name: string, positions: number, width: number): ((count: number) => Node) => {
  const weight = parameter(`${name}.weight`, [positions, width], normalInitial());
  return (count) => slice(weight, 0, 0, count);
};

/** Fixed vectors of sines and cosines in turn, [positions, width]. Vaswani et al. (2017). */
export const sinusoidalPositions = (positions: number, width: number): Node => {
  const [cosines, sines] = angles(positions, width, 10000);
  return constant(
    Float32Array.from({ length: positions * width }, (_, at) => (at % 2 === 0 ? sines : cosines)[at >> 1]!),
    [positions, width],
  );
};

/** Turns pairs (i, i + width/2) of x [..., positions, width] by angles that grow with the position, so that products depend on distances alone. Su et al. (2021). */
export const rotary = (x: Node, { wavelength = 10000 } = {}): Node => {
  const [positions, width] = [Number(x.shape.at(-2)), Number(x.shape.at(-1))];
  const [cosine, sine] = angles(positions, width, wavelength).map((values) => constant(values, [positions, width / 2]));
  const [first, second] = split(x, -1, 2) as readonly [Node, Node];
  return concat([subtract(multiply(first, cosine!), multiply(second, sine!)), add(multiply(second, cosine!), multiply(first, sine!))], -1);
};

/** What attention loses with distance, [heads, positions, positions], heads each at their own slope. Press, Smith and Lewis (2022). */
export const alibi = (heads: number, positions: number): Node => {
  const power = 2 ** Math.floor(Math.log2(heads));
  // the slopes of a power of two, then every other one of twice as many
  const slope = (head: number): number =>
    head < power ? 2 ** ((-8 * (head + 1)) / power) : 2 ** ((-4 * (2 * (head - power) + 1)) / power);
  const bias = new Float32Array(heads * positions * positions);
  let at = 0;
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < positions; query++)
      for (let key = 0; key < positions; key++) bias[at++] = -slope(head) * Math.max(0, query - key);
  }
  return constant(bias, [heads, positions, positions]);
};
