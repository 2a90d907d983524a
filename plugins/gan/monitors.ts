import { createRandom } from '../../core/index.ts';
import {
  add,
  argMax,
  constant,
  gemm,
  type Host,
  multiply,
  Network,
  type Node,
  oneHot,
  reshape,
  subtract,
  sumOfSquares,
  unsqueeze,
} from '../toolkit/index.ts';
import type { Blueprint } from './blueprint.ts';
import { noiseOf } from './encode.ts';
import { errors } from './errors.ts';
import { networksOf } from './networks/networks.ts';
import type { Reference } from './reference.ts';

/** What the rows of a fixed batch of noise look like, each figure beside that of real rows: about 1 where they are alike. */
export type Sight = {
  /** How far apart they are from each other. */
  readonly diversity: number;
  /** How well they cover real rows: 1 where each real row has one as near as another real row is, 0 where the nearest is as far as any. */
  readonly coverage: number;
  /** How far each is from its nearest real row: near 0 they are copies. */
  readonly nearest: number;
};

/** The mean distance of any two real rows, and of each of one half from its nearest in the other, both ways. */
interface Baseline {
  readonly apart: number;
  readonly nearest: number;
  readonly covered: number;
}

/** Looks at the generator in training, in the thread of its training. */
export class Monitors {
  readonly #network: Network;
  readonly #size: number;
  readonly #real: Baseline;

  private constructor(network: Network, size: number, real: Baseline) {
    this.#network = network;
    this.#size = size;
    this.#real = real;
  }

  /** Throws GAN_CONSTANT where real rows do not differ. */
  static async open(blueprint: Blueprint, { size, near, others }: Reference, host: Host, seed: number): Promise<Monitors> {
    const { settings, network, positions, levels, classes } = blueprint;
    const networks = networksOf(blueprint);
    const z = constant(noiseOf(size * settings.latent, createRandom(seed)), [size, settings.latent]);
    const label =
      classes > 0
        ? constant(
            Int32Array.from({ length: size }, (_, at) => at % classes),
            [size],
            'int32',
          )
        : undefined;
    const made = networks.generate(networks.map(z, {}), label, {});
    const rowsOf = (reals: Float32Array | Int32Array): Node =>
      network === 'text' ? flat(oneHot(constant(reals, [size, positions], 'int32'), levels)) : constant(reals, [size, positions]);
    const fake = network === 'text' ? flat(oneHot(argMax(made, -1), levels)) : made;
    const against = rowsOf(near);

    const real = await Network.open({ apart: distances(rowsOf(others), against) }, { host });
    const { apart } = await real.run();
    await real.close();
    const between = (apart!.data as Float32Array).map((square) => Math.sqrt(Math.max(0, square)));
    const spread = mean(between);
    if (spread === 0) throw errors.GAN_CONSTANT(2 * size);
    const baseline = { apart: spread, nearest: Math.max(nearestRow(between, size), spread * 1e-3), covered: nearestColumn(between, size) };
    const watched = await Network.open({ real: distances(fake, against), among: distances(fake, fake) }, { host });
    return new Monitors(watched, size, baseline);
  }

  async look(): Promise<Sight> {
    const { real, among } = await this.#network.run();
    const [toReal, toOthers] = [real, among].map((it) => (it!.data as Float32Array).map((square) => Math.sqrt(Math.max(0, square))));
    const { apart, nearest, covered } = this.#real;
    const pairs = Math.max(1, this.#size * (this.#size - 1)); // a row is at no distance from itself
    return {
      diversity: (mean(toOthers!) * this.#size * this.#size) / pairs / apart,
      coverage: 1 - (nearestColumn(toReal!, this.#size) - covered) / Math.max(apart - covered, apart * 1e-3),
      nearest: nearestRow(toReal!, this.#size) / nearest,
    };
  }
}

/** Rows of one-hot letters as rows of numbers. */
const flat = (x: Node): Node => reshape(x, [x.shape[0]!, -1]);

/** The squared distances of all rows of one matrix from all of another [rows of a, rows of b]. */
const distances = (a: Node, b: Node): Node =>
  subtract(
    add(unsqueeze(sumOfSquares(a, { axes: [1] }), 1), sumOfSquares(b, { axes: [1] })),
    multiply(gemm(a, b, undefined, false, true), 2),
  );

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a square matrix of distances: the least of each row, on average. */
const nearestRow = (distances: Float32Array, size: number): number => {
  let total = 0;
  for (let row = 0; row < size; row++) total += distances.subarray(row * size, (row + 1) * size).reduce((a, b) => Math.min(a, b));
  return total / size;
};

/** The least of each column, on average. */
const nearestColumn = (distances: Float32Array, size: number): number => {
  const least = new Float32Array(size).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at < distances.length; at++) least[at % size] = Math.min(least[at % size]!, distances[at]!);
  return mean(least);
};
