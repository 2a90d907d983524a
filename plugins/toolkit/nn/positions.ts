import { constant, parameter } from '../graph/leaves.ts';
import type { Node } from '../graph/node.ts';
import { add, cos, multiply, sin, subtract } from '../ops/arithmetic.ts';
import { cast } from '../ops/compare.ts';
import { concat, slice, split, unsqueeze } from '../ops/shape.ts';
import { normalInitial } from './initial.ts';

/** The angle of each pair a position, from 1 down to that of the wavelength: [width/2]. */
const frequenciesOf = (width: number, wavelength: number): readonly number[] =>
  Array.from({ length: width / 2 }, (_, at) => wavelength ** ((-2 * at) / width));

/** Rows of cosines and sines, [positions, width/2] each: of every position times every frequency. */
const angles = (positions: number, frequencies: readonly number[]): readonly [Float32Array, Float32Array] => {
  const half = frequencies.length;
  const [cosines, sines] = [new Float32Array(positions * half), new Float32Array(positions * half)];
  for (let at = 0; at < cosines.length; at++) {
    const angle = Math.floor(at / half) * frequencies[at % half]!;
    cosines[at] = Math.cos(angle);
    sines[at] = Math.sin(angle);
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
  const [cosines, sines] = angles(positions, frequenciesOf(width, 10000));
  return constant(
    Float32Array.from({ length: positions * width }, (_, at) => (at % 2 === 0 ? sines : cosines)[at >> 1]!),
    [positions, width],
  );
};

/** How rotary positions turn. */
export interface Rotation {
  /** That of the slowest pair, in positions over 2π. */
  readonly wavelength?: number;
  /** The angle of each pair a position, [width/2], in the place of those of the wavelength: scaled for longer contexts. */
  readonly frequencies?: readonly number[];
  /** Where each row stands (int32, of a shape that broadcasts to x's but for its width); absent: 0, 1, 2 and so on. */
  readonly positions?: Node;
}

/** Turns pairs (i, i + width/2) of x [..., positions, width] by angles that grow with the position, so that products depend on distances alone. Su et al. (2021). */
export const rotary = (x: Node, { wavelength = 10000, frequencies, positions }: Rotation = {}): Node => {
  const [length, width] = [Number(x.shape.at(-2)), Number(x.shape.at(-1))];
  const speeds = frequencies ?? frequenciesOf(width, wavelength);
  const angle = positions && multiply(unsqueeze(cast(positions, x.dtype), -1), constant(speeds, [width / 2], x.dtype));
  const [cosine, sine] = angle
    ? [cos(angle), sin(angle)]
    : angles(length, speeds).map((values) => constant(values, [length, width / 2], x.dtype));
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
