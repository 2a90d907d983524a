import type { Observable } from 'rxjs';
import { checkScoring } from '../check/call-options.ts';
import { InvalidGenerateOptions } from '../check/generate-options.ts';
import type { Batch } from '../data/tokens.ts';
import { toRow } from '../dataset/corpus.ts';
import { writeItems, writerFor } from '../dataset/writing.ts';
import { guardTokenizer } from '../decode-loop/guard.ts';
import { type Score, score } from '../decode-loop/score.ts';
import { type Flow, telling } from '../decode-loop/stream.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import type { TrainingEvent } from '../models/training.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import type { OptionFault } from '../settings/wording.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Evaluation } from './evaluation.ts';
import { Lifetime } from './lifetime.ts';
import type { Ready } from './load-or-train.ts';
import type { Opening } from './opening.ts';
import { PipelineOperators } from './operators.ts';
import { type Piece, pieces, type Sample, samples } from './samples.ts';
import { PipelineTools } from './tools.ts';

/** A pipeline that was opened: it trains where no fitting model stands, and then generates, scores and evaluates. Close it with `await using` or `close()`. */
export class Pipeline<Raw = unknown> implements AsyncDisposable {
  readonly #life: Lifetime;
  /** What commands and laws ask of it. */
  readonly tools: PipelineTools;

  /** Use `open`. */
  constructor(opening: Opening) {
    this.#life = new Lifetime(opening);
    this.tools = new PipelineTools(this.#life);
  }

  get name(): string {
    return this.#life.name;
  }

  /** Whether a model's folder was opened, rather than what a model is made by. */
  get standing(): boolean {
    return this.#life.opening.standing !== undefined;
  }

  /** Loads the model that fits data and settings, or trains it; done once, by whoever asks first. `say` hears of a training's progress. */
  async ready(say?: (word: TrainingEvent) => void, signal?: AbortSignal): Promise<Ready> {
    return (await this.#life.prepare(say, signal)).ready;
  }

  /** Trains anew, whatever stands; completes when the model is saved, and leaving the stream stops it. */
  train(): Observable<TrainingEvent> {
    return telling((say, signal) => this.#life.renew(say, signal));
  }

  /** Samples as raw matter, each with its prompt, in their order. */
  generate(ask: GenerateOptions = {}): Flow<Raw> {
    return this.#life.raws(ask) as Flow<Raw>;
  }

  /** Answers to a conversation, by the chat template of the tokenizer's files. */
  chat(messages: NonNullable<GenerateOptions['messages']>, ask: GenerateOptions = {}): Flow<Raw> {
    const faults: OptionFault[] = [];
    if (messages === undefined) faults.push({ path: ['messages'], message: 'a conversation is missing: chat([{ role, content }]).' });
    if (Object(ask).messages !== undefined)
      faults.push({ path: ['messages'], message: '"messages" is said twice: leave it out of the options.' });
    if (faults.length > 0) throw new InvalidGenerateOptions(faults);
    return this.generate({ ...ask, messages });
  }

  /** The same with their ids, and why each ended. */
  samples(ask: GenerateOptions = {}): Flow<Sample<Raw>> {
    return this.#life.flow(ask, samples) as Flow<Sample<Raw>>;
  }

  /** Samples as they come, piece by piece; samples that run side by side take turns. */
  stream(ask: GenerateOptions = {}): Flow<Piece<Raw>> {
    return this.#life.flow(ask, pieces) as Flow<Piece<Raw>>;
  }

  /** Writes samples to a file, in the form that its extension says. */
  async write(ask: GenerateOptions | undefined, path: string): Promise<string> {
    await writeItems(this.generate(ask ?? {}), path, await writerFor(path, this.#life.writing));
    return path;
  }

  /** What raw items cost under the model, token by token, in nats. Throws InvalidArguments. */
  async score(raws: Batch<unknown>, how: { readonly signal?: AbortSignal | undefined } = {}): Promise<Score[]> {
    const { tokenize } = this.#life.opening.resolved;
    checkScoring(raws, how, capabilitiesOf(tokenize, tokenize.settings).raw);
    const { signal } = how;
    const leave = this.#life.admission.enter(raws.length);
    try {
      const { generating } = await this.#life.prepare(undefined, signal);
      const rows = raws.map((raw) => toRow(generating.tokenizer, { raw }));
      return await this.#life.under(signal, (signal) => score(generating.model, rows, { ...this.#life.loader.scoring, signal }));
    } finally {
      leave();
    }
  }

  /** Every measure of the pipeline on its held-out data and on samples, which are generated as asked. */
  evaluate(how: GenerateOptions = {}): Promise<Evaluation> {
    this.#life.resolve(how);
    const { count = this.#life.opening.resolved.definition.evaluate?.samples ?? 100 } = how;
    return this.#life.evaluate(how.signal as AbortSignal | undefined, (signal) => this.samples({ ...how, count, signal }));
  }

  /** What the pipeline does, as rxjs operators. */
  get operators(): PipelineOperators<Raw> {
    return new PipelineOperators(this.#life);
  }

  /** The tokenizer with all its methods, without a model where it learned nothing. */
  async tokenizer<T extends Tokenizer = Tokenizer>(): Promise<T> {
    const { tokenize } = this.#life.opening.resolved;
    const made = await this.#life.container.make('tokenize', tokenize);
    return ('fit' in made ? (await this.#life.prepare()).generating.tokenizer : guardTokenizer(made, tokenize.name)) as T;
  }

  /** Stops what runs, and closes everything that was opened; of what could not be opened it says nothing more. Throws CLOSING_FAILED, after the rest was closed. */
  close(): Promise<void> {
    return this.#life.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
