import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, Tokenizer } from '../../core/index.ts';
import { Host, input, loadOnnx, loadWeights, Network, type Node, oneHot, programOf, type Value, writeOnnx } from '../toolkit/index.ts';
import { type Blueprint, blueprintOf } from './blueprint.ts';
import { errors } from './errors.ts';
import { networksOf } from './networks/networks.ts';
import type { GanSettings } from './options.ts';

/** Rows that are made at a time, filled up with zeros: always as many, so that a row's bits do not depend on its company. */
const TOGETHER = 16;

const FILES = { generator: 'generator.onnx', discriminator: 'discriminator.onnx' } as const;

/** What was learned, by the names of the toolkit's variables. */
export type Weights = ReadonlyMap<string, Value>;

/** One row to be made. */
export interface Order {
  readonly latent: Float32Array;
  /** How far from the mean: 1 is all the way. */
  readonly truncation: number;
  readonly label: number | undefined;
}

/** The two networks, learned or loaded; they run in one thread, which starts when it is first needed. */
export class GanModel implements Artifact, AsyncDisposable {
  readonly blueprint: Blueprint;
  /** What files must say of themselves to be this model's. */
  readonly identity: Readonly<Record<string, string>>;
  #weights: Weights | undefined;
  #host: Promise<Host> | undefined;
  #opened = new Map<keyof typeof FILES, Promise<Network>>();

  constructor(settings: GanSettings, tokenizer: Tokenizer) {
    this.blueprint = blueprintOf(settings, tokenizer);
    const { network, shape, levels, classes } = this.blueprint;
    const parts = { settings, network, shape, levels, classes, tokenizer: tokenizer.fingerprint };
    this.identity = Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, JSON.stringify(value)]));
  }

  /** Takes what a training came to. Throws TOOLKIT_STATE where it is of another architecture. */
  async learn(weights: Weights): Promise<void> {
    for (const graph of Object.values(this.#graphs(TOGETHER))) programOf(graph, [], { weights });
    const before = [...this.#opened.values()];
    this.#opened = new Map();
    this.#weights = weights;
    for (const network of before) await (await network).close();
  }

  /** Rows as numbers, or as the logits of every position, in their order. Throws GAN_UNTRAINED. */
  generate(orders: readonly Order[]): Promise<Float32Array[]> {
    const { latent } = this.blueprint.settings;
    return this.#inBatches('generator', orders, (some) => {
      const z = new Float32Array(TOGETHER * latent);
      for (const [at, order] of some.entries()) z.set(order.latent, at * latent);
      return { z, truncation: padded(some, ({ truncation }) => truncation), ...this.#labels(some) };
    });
  }

  /** How real rows look, in what `realsOf` makes of them. Throws GAN_UNTRAINED. */
  async judge(rows: readonly { readonly reals: Float32Array | Int32Array; readonly label: number | undefined }[]): Promise<number[]> {
    const judged = await this.#inBatches('discriminator', rows, (some) => {
      const { positions, network } = this.blueprint;
      const row = network === 'text' ? new Int32Array(TOGETHER * positions) : new Float32Array(TOGETHER * positions);
      for (const [at, { reals }] of some.entries()) row.set(reals, at * positions);
      return { row, ...this.#labels(some) };
    });
    return judged.map(([score]) => score!);
  }

  async save(folder: string): Promise<void> {
    const weights = this.#known();
    const graphs = this.#graphs('batch');
    for (const part of ['generator', 'discriminator'] as const)
      await writeFile(join(folder, FILES[part]), writeOnnx(graphs[part], weights, { name: part, metadata: this.identity }));
  }

  async load(folder: string): Promise<void> {
    const weights = new Map<string, Value>();
    for (const name of Object.values(FILES)) {
      const path = join(folder, name);
      const { metadata } = await loadOnnx(path).catch((error: NodeJS.ErrnoException) => {
        throw error.code?.startsWith('TOOLKIT') ? error : errors.GAN_FILE(path, `it cannot be opened (${error.code})`);
      });
      for (const [what, wanted] of Object.entries(this.identity)) {
        const found = metadata[what] ?? 'missing';
        if (found !== wanted) throw errors.GAN_MISMATCH(path, what, found, wanted);
      }
      for (const [key, value] of await loadWeights(path)) weights.set(key, value);
    }
    await this.learn(weights);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    this.#opened.clear();
    await (await host)?.close();
  }

  #known(): Weights {
    if (!this.#weights) throw errors.GAN_UNTRAINED();
    return this.#weights;
  }

  #labels(some: readonly { readonly label: number | undefined }[]): { label?: Int32Array } {
    if (this.blueprint.classes === 0) return {};
    return { label: Int32Array.from({ length: TOGETHER }, (_, at) => some[at]?.label ?? 0) };
  }

  async #inBatches<T>(
    part: keyof typeof FILES,
    items: readonly T[],
    feedsOf: (some: readonly T[]) => Readonly<Record<string, Float32Array | Int32Array>>,
  ): Promise<Float32Array[]> {
    const network = await this.#open(part);
    const rows: Float32Array[] = [];
    for (let at = 0; at < items.length; at += TOGETHER) {
      const some = items.slice(at, at + TOGETHER);
      const { made } = await network.run(feedsOf(some));
      const data = made!.data as Float32Array;
      const size = data.length / TOGETHER;
      for (let row = 0; row < some.length; row++) rows.push(data.subarray(row * size, (row + 1) * size));
    }
    return rows;
  }

  #open(part: keyof typeof FILES): Promise<Network> {
    const weights = this.#known();
    this.#host ??= Host.start({ device: 'cpu' });
    const host = this.#host;
    const open = async () => Network.open(this.#graphs(TOGETHER)[part], { weights, host: await host });
    const opened = this.#opened.get(part) ?? open();
    this.#opened.set(part, opened);
    return opened;
  }

  /** What each network makes of what it is fed, for so many rows. */
  #graphs(batch: number | 'batch'): Record<keyof typeof FILES, { readonly made: Node }> {
    const { settings, network, positions, levels, classes } = this.blueprint;
    const networks = networksOf(this.blueprint);
    const label = classes > 0 ? input('label', [batch], 'int32') : undefined;
    const w = networks.map(input('z', [batch, settings.latent]), {}, input('truncation', [batch]));
    const row = network === 'text' ? oneHot(input('row', [batch, positions], 'int32'), levels) : input('row', [batch, positions]);
    return { generator: { made: networks.generate(w, label, {}) }, discriminator: { made: networks.judge(row, label) } };
  }
}

const padded = <T>(some: readonly T[], of: (one: T) => number): Float32Array =>
  Float32Array.from({ length: TOGETHER }, (_, at) => (at < some.length ? of(some[at]!) : 0));
