import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Artifact, Tokenizer } from '../../core/index.ts';
import { type Device, type Value, writeSafetensors } from '../toolkit/index.ts';
import type { Architecture } from './architecture/architecture.ts';
import type { Precisions } from './architecture/reading.ts';
import { errors } from './errors.ts';
import { type Ends, writeFolder } from './export/write-folder.ts';
import { familyOf } from './loading/families.ts';
import { loadWeights, type Source } from './loading/load.ts';
import { architectureOf, type TransformerOptions } from './options.ts';
import { Session } from './session/session.ts';

const FILE = 'transformer.safetensors';

/** What was learned, and the thread that reads with it; shared by the stages. */
export class TransformerModel implements Artifact, AsyncDisposable {
  readonly architecture: Architecture;
  readonly device: Device;
  readonly threads: number | undefined;
  readonly #precisions: Precisions;
  readonly #ends: Ends;
  /** Where training begins, absent: at random. */
  readonly origin?: Source;
  #weights: ReadonlyMap<string, Value> | Source | undefined;
  #session: Session | undefined;

  constructor(options: Static<typeof TransformerOptions>, { vocabulary, start, stop }: Pick<Tokenizer, 'vocabulary' | 'start' | 'stop'>) {
    this.architecture = options.model === undefined ? architectureOf(options, vocabulary) : loaded(options, vocabulary);
    this.#ends = { ...(start !== undefined && { start }), ...(stop !== undefined && { stop }) };
    if (options.model !== undefined) this.#weights = this.origin = { folder: options.model };
    this.device = options.device ?? 'cpu';
    this.threads = options.threads;
    this.#precisions = { layers: options.precision ?? 'float32', head: options.precision_head ?? 'float32' };
  }

  /** The thread that reads, started when first needed. Throws TRANSFORMER_UNTRAINED. */
  get session(): Session {
    if (!this.#weights) throw errors.TRANSFORMER_UNTRAINED();
    this.#session ??= new Session({
      architecture: this.architecture,
      precisions: this.#precisions,
      weights: this.#weights,
      device: this.device,
      threads: this.threads,
    });
    return this.#session;
  }

  /** All weights by name. Throws TRANSFORMER_UNTRAINED, or what is wrong with the files that hold them. */
  async weights(): Promise<ReadonlyMap<string, Value>> {
    if (!this.#weights) throw errors.TRANSFORMER_UNTRAINED();
    return this.#weights instanceof Map ? this.#weights : loadWeights(this.#weights as Source, this.architecture);
  }

  /** Takes what a training came to. */
  async learn(weights: ReadonlyMap<string, Value>): Promise<void> {
    await this.#close();
    this.#weights = weights;
  }

  /** As others read it, where Hugging Face has such an architecture; else as a file of ours. */
  async save(folder: string): Promise<void> {
    const weights = await this.weights();
    if (await writeFolder(folder, this.architecture, weights, this.#ends)) return;
    const tensors = [...weights].map(([name, { dims, data }]) => [name, { dtype: 'float32' as const, dims, data }]);
    await writeFile(join(folder, FILE), writeSafetensors(Object.fromEntries(tensors)));
  }

  async load(folder: string): Promise<void> {
    await this.#close();
    const file = join(folder, FILE);
    this.#weights = (await stat(file).catch(() => undefined)) ? { file } : { folder };
    await this.weights();
  }

  async #close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** The architecture of a folder as Hugging Face has it. Throws TRANSFORMER_SETTINGS where settings would change it, TRANSFORMER_VOCABULARY where the tokenizer is of another. */
const loaded = ({ model, ...settings }: Static<typeof TransformerOptions>, vocabulary: number): Architecture => {
  const { device: _device, threads: _threads, precision: _precision, precision_head: _head, dropout, ...shape } = settings;
  const [key] = Object.keys(shape);
  if (key !== undefined) throw errors.TRANSFORMER_SETTINGS([`"${key}" is told by the config.json of "${model}"; leave it out`]);
  const { architecture } = familyOf(model!);
  if (vocabulary > architecture.vocabulary) throw errors.TRANSFORMER_VOCABULARY(model!, architecture.vocabulary, vocabulary);
  return { ...architecture, ...(dropout !== undefined && { dropout }) };
};
