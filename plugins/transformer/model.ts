import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Artifact, Tokenizer } from '../../core/index.ts';
import { type Device, type Value, writeSafetensors } from '../toolkit/index.ts';
import type { Architecture } from './architecture/architecture.ts';
import type { Precisions } from './architecture/reading.ts';
import { errors } from './errors.ts';
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
  #weights: ReadonlyMap<string, Value> | Source | undefined;
  #session: Session | undefined;

  constructor(options: Static<typeof TransformerOptions>, { vocabulary }: Pick<Tokenizer, 'vocabulary'>) {
    this.architecture = options.model === undefined ? architectureOf(options, vocabulary) : loaded(options, vocabulary);
    if (options.model !== undefined) this.#weights = { folder: options.model };
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

  async save(folder: string): Promise<void> {
    if (!this.#weights) throw errors.TRANSFORMER_UNTRAINED();
    const path = join(folder, FILE);
    if ('file' in this.#weights) await copyFile(this.#weights.file, path);
    else {
      const tensors = [...(await this.weights())].map(([name, { dims, data }]) => [name, { dtype: 'float32' as const, dims, data }]);
      await writeFile(path, writeSafetensors(Object.fromEntries(tensors)));
    }
  }

  async load(folder: string): Promise<void> {
    await this.#close();
    this.#weights = { file: join(folder, FILE) };
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
