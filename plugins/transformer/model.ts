import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { type Artifact, beforeTrained, type Tokenizer, type Tokens } from '../../core/index.ts';
import { type Device, type Value, writeSafetensors } from '../toolkit/index.ts';
import { type Architecture, contextOf } from './architecture/architecture.ts';
import type { Precisions } from './architecture/inference-graph.ts';
import { conflictsOf } from './conflicts.ts';
import { errors } from './errors.ts';
import { type Ends, writeFolder } from './export/write-folder.ts';
import { endsOf, type ModelEnds } from './loading/ends.ts';
import { familyOf, warnOf } from './loading/families.ts';
import { type Foreign, foreignOf } from './loading/foreign.ts';
import { checkWeights, loadWeights, type Source } from './loading/load.ts';
import { checkVocabulary, ownPrecision } from './loading/survey.ts';
import { architectureOf, type TransformerOptions } from './options.ts';
import { Session } from './session/session.ts';

const FILE = 'transformer.safetensors';

/** What was learned, and the thread that reads with it; shared by the stages. */
export class TransformerModel implements Artifact, AsyncDisposable {
  readonly vocabulary: number;
  /** The most tokens a row may hold; absent: any number. */
  readonly context: number | undefined;
  /** Whether a memory can be taken back: not where a window may have dropped what a shorter row still sees. */
  readonly rewinds: boolean;
  readonly device: Device;
  readonly threads: number | undefined;
  /** Where training begins; absent: at random. */
  readonly origin: Source | undefined;
  readonly #architecture: Architecture | undefined;
  readonly #foreign: Foreign | undefined;
  readonly #precisions: Precisions;
  /** What rows that are learned from begin with. */
  readonly beginning: Tokens;
  readonly #ends: Ends;
  readonly #told: ModelEnds;
  #weights: ReadonlyMap<string, Value> | Source | undefined;
  #session: Session | undefined;

  constructor(options: Static<typeof TransformerOptions>, tokenizer: Pick<Tokenizer, 'vocabulary' | 'start' | 'prefix' | 'stop'>) {
    const { vocabulary, start, stop } = tokenizer;
    const { model, device = 'cpu', threads, precision = 'float32', precision_head = 'float32' } = options;
    const faults = conflictsOf(options);
    if (faults.length > 0) throw errors.TRANSFORMER_SETTINGS(faults.map(({ message }) => message));
    this.#foreign = model === undefined ? undefined : foreignOf(model, options.onnx);
    if (this.#foreign && (options.precision ?? options.precision_head) !== undefined) throw ownPrecision(this.#foreign);
    this.#architecture = this.#foreign ? undefined : model === undefined ? architectureOf(options, vocabulary) : loaded(options);
    const known = this.#foreign ?? { ...this.#architecture!, context: contextOf(this.#architecture!) };
    if (model !== undefined) checkVocabulary(model, known.vocabulary, vocabulary);
    this.vocabulary = known.vocabulary;
    this.context = known.context;
    this.rewinds = this.#architecture?.window === undefined;
    this.device = device;
    this.threads = threads;
    this.#precisions = { layers: precision, head: precision_head };
    this.beginning = beforeTrained(tokenizer);
    this.#told = model === undefined ? { stop: [] } : endsOf(model, known.vocabulary);
    this.#ends = {
      ...(start !== undefined && { start }),
      stop: [...new Set([...(stop === undefined ? [] : [stop]), ...this.#told.stop])],
    };
    this.origin = model === undefined || this.#foreign ? undefined : { folder: model };
    this.#weights = this.origin;
  }

  /** What it is made of. Throws TRANSFORMER_READ_ONLY where it is somebody's graph, of which nobody knows. */
  get architecture(): Architecture {
    if (!this.#architecture) throw errors.TRANSFORMER_READ_ONLY(this.#foreign!.onnx);
    return this.#architecture;
  }

  /** The thread that reads, started when first needed. Throws TRANSFORMER_UNTRAINED. */
  get session(): Session {
    if (this.#session) return this.#session;
    const { device, threads } = this;
    if (this.#foreign) this.#session = new Session({ ...this.#foreign, device, threads });
    else if (!this.#weights) throw errors.TRANSFORMER_UNTRAINED();
    else
      this.#session = new Session({
        architecture: this.architecture,
        precisions: this.#precisions,
        weights: this.#weights,
        device,
        threads,
      });
    return this.#session;
  }

  /** How rows begin and end by the files of the folder that it was loaded from. */
  get told(): ModelEnds {
    return this.#told;
  }

  /** Every id that ends a row: the tokenizer's, and those of the folder. */
  get stop(): readonly number[] {
    return this.#ends.stop;
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
    if (await writeFolder(folder, this.architecture, weights, this.#precisions, this.#ends)) return;
    const tensors = [...weights].map(([name, { dims, data }]) => [name, { dtype: 'float32' as const, dims, data }]);
    await writeFile(join(folder, FILE), writeSafetensors(Object.fromEntries(tensors)));
  }

  async load(folder: string): Promise<void> {
    if (this.#foreign) return;
    await this.#close();
    const file = join(folder, FILE);
    const source = (await stat(file).catch(() => undefined)) ? { file } : { folder };
    this.#weights = source;
    await checkWeights(source, this.architecture);
  }

  async #close(): Promise<void> {
    await this.#session?.close();
    this.#session = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** The architecture of a folder as Hugging Face has it. */
const loaded = ({ model, dropout }: Static<typeof TransformerOptions>): Architecture => {
  const { family, architecture } = familyOf(model!);
  warnOf(model!, family);
  return { ...architecture, ...(dropout !== undefined && { dropout }) };
};
