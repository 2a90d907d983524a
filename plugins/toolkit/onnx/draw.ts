import type { Random } from '../../../core/data/random.ts';
import type { Initial, Noise } from '../graph/leaves.ts';

/** Standard normal numbers, two a turn, by the polar method of Marsaglia (1964). */
const fillNormal = (into: Float32Array | Float64Array, random: Random, deviation = 1): void => {
  for (let at = 0; at < into.length; ) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const r = x * x + y * y;
    if (r === 0 || r >= 1) continue;
    const scale = deviation * Math.sqrt((-2 * Math.log(r)) / r);
    into[at++] = x * scale;
    if (at < into.length) into[at++] = y * scale;
  }
};

/** Uniform in [0, 1), in steps that single precision holds: else the nearest number could be 1. */
const uniform = (random: Random): number => Math.floor(random() * 0x1000000) / 0x1000000;

/** Fills an array with fed noise. */
export const fillNoise = (into: Float32Array | Float64Array, noise: Noise, random: Random): void => {
  if (noise === 'normal') fillNormal(into, random);
  else if (noise === 'uniform') for (let at = 0; at < into.length; at++) into[at] = uniform(random);
  else if (noise === 'gumbel') for (let at = 0; at < into.length; at++) into[at] = -Math.log(-Math.log(random() || Number.MIN_VALUE));
  else for (let at = 0; at < into.length; at++) into[at] = random() < noise.keep ? 1 : 0;
};

/** Uniform within a bound, each number a hash of its place: ten million weights are drawn before anyone waits. The mixer is that of splitmix32. */
const fillUniform = (into: Float32Array | Float64Array, bound: number, random: Random): void => {
  const step = bound / 0x800000;
  let place = Math.floor(random() * 0x100000000) | 0; // a whole number of 32 bits throughout, which is quick
  for (let at = 0; at < into.length; at++) {
    place = (place + -0x61c88647) | 0;
    let bits = Math.imul(place ^ (place >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    into[at] = ((bits ^ (bits >>> 15)) >> 8) * step;
  }
};

/** Fills a fresh variable; `copy` is resolved before. */
export const fillInitial = (
  into: Float32Array | Float64Array,
  shape: readonly number[],
  initial: Exclude<Initial, { copy: string }>,
  random: Random,
): void => {
  if ('fill' in initial) {
    if (initial.fill !== 0) into.fill(initial.fill); // what is fresh is 0, and stays untouched until it is needed
  } else if (initial.draw === 'normal') fillNormal(into, random, initial.deviation);
  else if (initial.draw === 'uniform') fillUniform(into, initial.bound, random);
  else fillOrthogonal(into, shape, initial.gain, random);
};

/** Orthonormal rows or columns, whichever are fewer, of a matrix [outer…, last], by Gram and Schmidt. Saxe, McClelland and Ganguli (2014). */
const fillOrthogonal = (into: Float32Array | Float64Array, shape: readonly number[], gain: number, random: Random): void => {
  const columns = shape.at(-1) ?? 1;
  const rows = into.length / columns;
  const [vectors, length, across, along] = rows <= columns ? [rows, columns, columns, 1] : [columns, rows, 1, columns];
  const made: Float64Array[] = [];
  for (let at = 0; at < vectors; at++) {
    const vector = new Float64Array(length);
    fillNormal(vector, random);
    for (let pass = 0; pass < 2; pass++) {
      for (const other of made) {
        const share = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i]! -= share * other[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < length; i++) vector[i]! /= norm;
    made.push(vector);
    for (let i = 0; i < length; i++) into[at * across + i * along] = gain * vector[i]!;
  }
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
};
