import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Artifact, Tokenizer } from '../../core/index.ts';
import { type Device, type Value, writeSafetensors } from '../toolkit/index.ts';
import type { Architecture } from './architecture/architecture.ts';
import type { Precisions } from './architecture/reading.ts';
import { errors } from './errors.ts';
import { checkWeights } from './loading/check-weights.ts';
import { architectureOf, type TransformerOptions } from './options.ts';
import { Session } from './session/session.ts';

const FILE = 'transformer.safetensors';

/** What was learned, and the thread that reads with it; shared by the stages. */
export class TransformerModel implements Artifact, AsyncDisposable {
  readonly architecture: Architecture;
  readonly device: Device;
  readonly threads: number | undefined;
  readonly #precisions: Precisions;
  #weights: ReadonlyMap<string, Value> | string | undefined;
  #session: Session | undefined;

  constructor(options: Static<typeof TransformerOptions>, { vocabulary }: Pick<Tokenizer, 'vocabulary'>) {
    this.architecture = architectureOf(options, vocabulary);
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

  /** Takes what a training came to. */
  async learn(weights: ReadonlyMap<string, Value>): Promise<void> {
    await this.#close();
    this.#weights = weights;
  }

  async save(folder: string): Promise<void> {
    if (!this.#weights) throw errors.TRANSFORMER_UNTRAINED();
    const path = join(folder, FILE);
    if (typeof this.#weights === 'string') await copyFile(this.#weights, path);
    else {
      const tensors = [...this.#weights].map(([name, { dims, data }]) => [name, { dtype: 'float32' as const, dims, data }]);
      await writeFile(path, writeSafetensors(Object.fromEntries(tensors)));
    }
  }

  async load(folder: string): Promise<void> {
    const path = join(folder, FILE);
    await checkWeights(path, this.architecture);
    await this.#close();
    this.#weights = path;
  }

  async #close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
