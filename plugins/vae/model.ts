import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Artifact, Batch, Random, Row, Tokenizer } from '../../core/index.ts';
import { type EngineOptions, Host, loadWeights, Network, saveOnnx, type Value } from '../toolkit/index.ts';
import { errors } from './errors.ts';
import { feedsOf, type Layout, layoutOf } from './layout.ts';
import { corruptionNoise } from './model/corruption.ts';
import { decoderGraph, encoderGraph, likelihoodGraph, reconstructionErrorGraph } from './model/graphs.ts';
import { familyOf, type VaeOptions } from './options.ts';

const FILE = 'vae.json';
const [ENCODER, DECODER] = [join('onnx', 'encoder.onnx'), join('onnx', 'decoder.onnx')];

/** So many rows' errors are taken at a time. */
const ERRORS = 64;

/** Normal distributions over codes, side by side: [rows, latent] each; of a plain autoencoder the variance is 0. */
export interface Codes {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** What is known of the codes of the training rows, unit by unit. */
export interface Aggregate {
  /** Of the posterior means. */
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  /** The mean divergence of the posteriors from the prior, in nats. */
  readonly divergence: readonly number[];
  /** Of a Gaussian that was fitted to them: the lower triangle whose product with its transpose is their covariance. */
  readonly factor?: readonly (readonly number[])[];
}

/** All that a training comes to. */
export interface Learned {
  readonly weights: ReadonlyMap<string, Value>;
  readonly aggregate: Aggregate;
}

type Weights = Learned['weights'];

/** What was learned, shared by the stages, and the thread in which it is asked. */
export class VaeModel implements Artifact, AsyncDisposable {
  readonly settings: Static<typeof VaeOptions>;
  readonly layout: Layout;
  readonly engine: EngineOptions;
  /** What decides it; another's files are refused. */
  readonly identity: Readonly<Record<string, unknown>>;
  #learned: Learned | undefined;
  #asked: Promise<Host> | undefined;
  readonly #networks = new Map<string, Promise<Network>>();

  constructor(settings: Static<typeof VaeOptions>, tokenizer: Tokenizer) {
    this.settings = settings;
    this.layout = layoutOf(settings, tokenizer);
    const { device, threads, ...decisive } = settings;
    this.engine = { device, ...(threads !== undefined && { threads }) };
    this.identity = { settings: decisive, layout: this.layout, tokenizer: tokenizer.fingerprint };
    encoderGraph(settings, this.layout); // refuses here, not in training, what cannot be built
  }

  /** Whether codes are distributions, so that rows have a bound. */
  get variational(): boolean {
    return familyOf(this.settings).use !== 'autoencoder';
  }

  /** Throws VAE_UNTRAINED before anything is learned or loaded. */
  get aggregate(): Aggregate {
    return this.#known().aggregate;
  }

  /** Takes what a training came to. */
  async learn(learned: Learned): Promise<void> {
    await this.#close();
    this.#learned = learned;
  }

  /** The posteriors of rows. */
  async encode(rows: Batch<Row>): Promise<Codes> {
    const { ids, given } = feedsOf(rows, this.layout);
    const network = await this.#network('encoder', () => encoderGraph(this.settings, this.layout));
    const { mean, log_variance } = await network.run({ ...this.#ids(rows.length, ids), ...this.#given(rows.length, given) });
    const variance = log_variance ? (log_variance.data as Float32Array).map(Math.exp) : new Float32Array(mean!.data.length);
    return { mean: mean!.data as Float32Array, variance };
  }

  /** The parameters of each position's likelihood, by the names of the decoder's outputs: from codes [n, latent] and what is given [n, classes]. */
  async decode(z: Float32Array, given: Float32Array): Promise<Readonly<Record<string, Value>>> {
    const rows = z.length / this.settings.latent;
    const network = await this.#network('decoder', () => decoderGraph(this.settings, this.layout));
    return network.run({ z: { dims: [rows, this.settings.latent], data: z }, ...this.#given(rows, given) });
  }

  /** What each row costs under a code of its own [n, latent], in nats: [n]. */
  async price(rows: Batch<Row>, z: Float32Array): Promise<Float32Array> {
    const { ids, mask, given } = feedsOf(rows, this.layout);
    const network = await this.#network('pricing', () => likelihoodGraph(this.settings, this.layout));
    const dims = [rows.length, this.layout.length];
    const { nats } = await network.run({
      z: { dims: [rows.length, this.settings.latent], data: z },
      ids: { dims, data: ids },
      ...(this.layout.stop !== undefined && { mask: { dims, data: mask } }),
      ...this.#given(rows.length, given),
    });
    return nats!.data as Float32Array;
  }

  /** Mean squared errors of rows, levels from 0 to 1: as they are decoded, and as they are seen where the settings corrupt them. */
  async squaredErrors(
    rows: Batch<Row>,
    lucks: Batch<Random>,
  ): Promise<{ readonly reconstructed: Float32Array; readonly seen: Float32Array }> {
    const { corruption } = this.settings;
    const all = { reconstructed: new Float32Array(rows.length), seen: new Float32Array(corruption ? rows.length : 0) };
    const network = await this.#network('errors', () => reconstructionErrorGraph(this.settings, this.layout, ERRORS));
    for (let at = 0; at < rows.length; at += ERRORS) {
      const part = Array.from({ length: ERRORS }, (_, i) => Math.min(rows.length - 1, at + i)); // the last row fills up
      const count = Math.min(ERRORS, rows.length - at);
      const { ids, given } = feedsOf(
        part.map((row) => rows[row]!),
        this.layout,
      );
      const luck = corruption && {
        corruption: corruptionNoise(
          corruption,
          this.layout,
          part.slice(0, count).map((row) => lucks[row]!),
          ERRORS,
        ),
      };
      const { reconstructed, seen } = await network.run({ ids, ...(this.layout.classes > 0 && { given }), ...luck });
      all.reconstructed.set((reconstructed!.data as Float32Array).subarray(0, count), at);
      if (seen) all.seen.set((seen.data as Float32Array).subarray(0, count), at);
    }
    return all;
  }

  async save(folder: string): Promise<void> {
    const { weights, aggregate } = this.#known();
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await saveOnnx(join(folder, ENCODER), encoderGraph(this.settings, this.layout), weights, { name: 'encoder' });
    await saveOnnx(join(folder, DECODER), decoderGraph(this.settings, this.layout), weights, { name: 'decoder' });
    await writeFile(join(folder, FILE), `${JSON.stringify({ ...this.identity, aggregate }, undefined, 2)}\n`);
  }

  async load(folder: string): Promise<void> {
    const path = join(folder, FILE);
    const written = await readWritten(path);
    for (const [what, value] of Object.entries(this.identity)) {
      const [found, asked] = [written[what], value].map((one) => JSON.stringify(one) ?? 'nothing');
      if (found !== asked) throw errors.VAE_MISMATCH(path, what, found!, asked!);
    }
    const { aggregate } = written;
    if (!isAggregate(aggregate, this.settings)) throw errors.VAE_FILE(path, 'what it says of codes is not whole');
    const weights: Weights = new Map([...(await loadWeights(join(folder, ENCODER))), ...(await loadWeights(join(folder, DECODER)))]);
    await this.learn({ weights, aggregate });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  #known(): Learned {
    if (!this.#learned) throw errors.VAE_UNTRAINED();
    return this.#learned;
  }

  #ids(rows: number, data: Int32Array) {
    return { ids: { dims: [rows, this.layout.length], data } };
  }

  #given(rows: number, data: Float32Array): Readonly<Record<string, Value>> {
    const { classes } = this.layout;
    return classes === 0 ? {} : { given: { dims: [rows, classes], data } };
  }

  /** One of the graphs over what was learned, opened when it is first asked. */
  #network(name: string, graph: () => Parameters<typeof Network.open>[0]): Promise<Network> {
    const { weights } = this.#known();
    const open = async (): Promise<Network> => {
      this.#asked ??= Host.start(this.engine);
      return Network.open(graph(), { host: await this.#asked, weights });
    };
    const network = this.#networks.get(name) ?? open();
    this.#networks.set(name, network);
    return network;
  }

  async #close(): Promise<void> {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#networks.clear();
    await asked?.then(
      (host) => host.close(),
      () => undefined,
    );
  }
}

const readWritten = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return Object(JSON.parse(await readFile(path, 'utf8'))) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw errors.VAE_FILE(path, cause instanceof Error ? cause.message : String(cause));
  }
};

const isAggregate = (value: unknown, { latent, family }: Static<typeof VaeOptions>): value is Aggregate => {
  const found = Object(value) as Partial<Aggregate>;
  const numbers = (list: unknown, length: number): boolean => Array.isArray(list) && list.length === length && list.every(Number.isFinite);
  const meant = familyOf({ family });
  const fitted = meant.use === 'autoencoder' && meant.with.prior === 'gaussian';
  return (
    [found.mean, found.variance, found.divergence].every((list) => numbers(list, latent)) &&
    (!fitted || (found.factor?.length === latent && found.factor.every((row, unit) => numbers(row, unit + 1))))
  );
};
