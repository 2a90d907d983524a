import { join } from 'node:path';
import { concatMap, mergeMap, type Observable, type OperatorFunction, toArray } from 'rxjs';
import { takesGiven } from '../check/generate-options.ts';
import type { Batch } from '../data/tokens.ts';
import { toRow } from '../dataset/corpus.ts';
import { showerOf, showItems, type Writing, writeItems, writerFor } from '../dataset/writing.ts';
import { guardTokenizer } from '../decode-loop/guard.ts';
import { type Score, score } from '../decode-loop/score.ts';
import { type Flow, flow, telling } from '../decode-loop/stream.ts';
import type { Expectations } from '../definition/expectations.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import type { Fault } from '../definition/parse.ts';
import { errors } from '../errors.ts';
import type { TrainingEvent } from '../models/training.ts';
import { StageContainer } from '../plugin/container.ts';
import { BASE, KEPT, type LentModel, MODELS } from '../plugin/define.ts';
import { declared } from '../plugin/load.ts';
import type { Terminal } from '../stages/read.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Evaluation } from './evaluation.ts';
import { type Inspected, inspected, viewOf } from './inspection.ts';
import { ModelLoader, type Ready, type ReadyModel, WIDTH } from './load-or-train.ts';
import { measure } from './measure.ts';
import type { Lender, Opening } from './opening.ts';
import { type PipelineParts, partsOf } from './parts.ts';
import { heldOut, promptAt, type ResolvedOptions, requestsOf, resolveOptions } from './requests.ts';
import { type Generation, type Piece, pieces, type Sample, samples } from './samples.ts';

/** A pipeline that was opened: it trains where no fitting model stands, and then generates, scores and evaluates. Close it with `await using` or `close()`. */
export class Pipeline implements AsyncDisposable {
  readonly #opening: Opening;
  readonly #container = new StageContainer();
  readonly #loader: ModelLoader;
  readonly #closing = new AbortController();
  readonly #borrowed = new Map<string, Promise<Lender>>();
  #ready: Promise<ReadyModel> | undefined;

  /** Use `open`. */
  constructor(opening: Opening) {
    this.#opening = opening;
    this.#loader = new ModelLoader(opening, this.#container);
    this.#container.provide(BASE, opening.base);
    this.#container.provide(MODELS, (reference) => this.#borrow(reference));
    this.#container.provide(KEPT, join(opening.models, 'kept'));
  }

  get name(): string {
    return this.#opening.resolved.definition.name;
  }

  /** Whether a model's folder was opened, rather than what a model is made by. */
  get standing(): boolean {
    return this.#opening.standing !== undefined;
  }

  /** What a sample begins with, before its first piece: its prompt, unless the backend makes whole rows. */
  beginning(ask: GenerateOptions, index: number): unknown {
    return this.#loader.scoring.extent === 'whole' ? undefined : promptAt(resolveOptions(this.#opening.resolved, ask), index);
  }

  /** Settings that the backend which was swapped in cannot use. */
  get aside(): readonly Fault[] {
    return this.#opening.resolved.aside;
  }

  /** What the pipeline is to be held to. */
  get tests(): Expectations {
    return this.#opening.resolved.definition.tests ?? {};
  }

  /** Loads the model that fits data and settings, or trains it; done once, by whoever asks first. `say` hears of a training's progress. */
  async ready(say: (word: TrainingEvent) => void = () => undefined, signal?: AbortSignal): Promise<Ready> {
    return (await this.#prepare(say, signal)).ready;
  }

  /** Trains anew, whatever stands; completes when the model is saved, and leaving the stream stops it. */
  train(): Observable<TrainingEvent> {
    return telling((say, leaving) => {
      this.#ready = this.#loader.make(say, this.#signal(leaving), true).catch((error) => {
        this.#ready = undefined;
        throw error;
      });
      return this.#ready;
    });
  }

  /** Samples as raw matter, each with its prompt, in their order; without arguments an operator from asks to samples. */
  generate(): OperatorFunction<GenerateOptions, Sample>;
  generate(ask: GenerateOptions): Flow<unknown>;
  generate(ask?: GenerateOptions): Flow<unknown> | OperatorFunction<GenerateOptions, Sample> {
    if (ask === undefined) return mergeMap((each: GenerateOptions) => this.samples(each), WIDTH);
    const source = this.samples(ask);
    return flow(async function* () {
      for await (const { raw } of source) yield raw;
    });
  }

  /** Answers to a conversation, by the chat template of the tokenizer's files. */
  chat(messages: NonNullable<GenerateOptions['messages']>, ask: GenerateOptions = {}): Flow<unknown> {
    return this.generate({ ...ask, messages });
  }

  /** Throws InvalidGenerateOptions with all that is wrong with an ask, before anything is trained or loaded for it. */
  checkAsk(ask: GenerateOptions): void {
    resolveOptions(this.#opening.resolved, ask);
  }

  /** The same with their ids, and why each ended. */
  samples(ask: GenerateOptions = {}): Flow<Sample> {
    return this.#flow(ask, samples);
  }

  /** Samples as they come, piece by piece; samples that run side by side take turns. */
  stream(ask: GenerateOptions = {}): Flow<Piece> {
    return this.#flow(ask, pieces);
  }

  /** The first held-out rows as prompts, with what they are conditioned on: for tasks that begin with real ones. */
  async heldOut(count?: number, signal?: AbortSignal): Promise<Pick<GenerateOptions, 'prompts' | 'given'>> {
    const { resolved } = this.#opening;
    const full = resolveOptions(resolved, { count, signal });
    const data = await this.#loader.data();
    if (!data) throw errors.NO_DATA();
    return heldOut(data, full.count, takesGiven(resolved), this.#signal(signal));
  }

  /** Writes samples to a file, in the form that its extension says. */
  async write(ask: GenerateOptions | undefined, path: string): Promise<string> {
    await writeItems(this.generate(ask ?? {}), path, await writerFor(path, this.#writing()));
    return path;
  }

  /** What samples are when nothing but looking at them is wanted: written beside the models, and as a terminal shows them. Undefined where they are text. */
  async show(ask: GenerateOptions, terminal: Terminal): Promise<{ readonly path: string; readonly preview: string } | undefined> {
    const writing = this.#writing();
    const writer = writing.spelled === undefined || writing.spelled === 'text' ? undefined : await showerOf(writing);
    if (!writer) return undefined;
    const path = join(this.#opening.models, this.name, `samples${writer.extensions[0]}`);
    return { path, preview: await showItems(this.generate(ask), path, writer, terminal) };
  }

  /** What a sample's ids spell: an operator. */
  detokenize(): OperatorFunction<Sample, unknown> {
    return concatMap(async ({ row }) => (await this.#prepare()).generating.tokenizer.detokenize(row.tokens));
  }

  /** What raw items cost under the model, token by token, in nats. */
  async score(raws: Batch<unknown>, { signal }: { signal?: AbortSignal } = {}): Promise<Score[]> {
    const { generating } = await this.#prepare();
    const rows = raws.map((raw) => toRow(generating.tokenizer, { raw }));
    return score(generating.model, rows, { ...this.#loader.scoring, signal: this.#signal(signal) });
  }

  /** Every measure of the pipeline on its held-out data and on samples; without arguments an operator that measures the samples that pass. */
  evaluate(): OperatorFunction<Sample, Evaluation>;
  evaluate(how: { readonly signal?: AbortSignal; readonly seed?: number }): Promise<Evaluation>;
  evaluate(how?: { readonly signal?: AbortSignal; readonly seed?: number }): OperatorFunction<Sample, Evaluation> | Promise<Evaluation> {
    if (how) {
      const { count = this.#opening.resolved.definition.evaluate?.samples ?? 100 } = how as GenerateOptions;
      resolveOptions(this.#opening.resolved, how);
      return this.#evaluate(how.signal, (signal) => this.samples({ ...how, count, signal }));
    }
    return (source) =>
      source.pipe(
        toArray(),
        concatMap((all) =>
          this.#evaluate(undefined, async function* () {
            yield* all;
          }),
        ),
      );
  }

  /** The model and its tokenizer, for another pipeline that refers to this one. */
  async lend(): Promise<LentModel> {
    const { model, tokenizer } = (await this.#prepare()).generating;
    return { model, tokenizer };
  }

  /** The tokenizer with all its methods, without a model where it learned nothing. */
  async tokenizer<T extends Tokenizer = Tokenizer>(): Promise<T> {
    const { tokenize } = this.#opening.resolved;
    const made = await this.#container.make('tokenize', tokenize);
    return ('fit' in made ? (await this.#prepare()).generating.tokenizer : guardTokenizer(made, tokenize.name)) as T;
  }

  /** Looks into how samples came to be, by a view of the backend's own; throws NO_VIEW where it has no such view. */
  inspect(view: string, ask: GenerateOptions = {}): Flow<Inspected> {
    const full = resolveOptions(this.#opening.resolved, ask);
    const looking = async (leaving: AbortSignal) => {
      const { generating } = await this.#prepare();
      const signal = AbortSignal.any([leaving, this.#signal(full.signal)]);
      const found = await viewOf(this.#opening.resolved.decode, this.#container, view);
      return inspected(found, generating, this.samples({ ...ask, signal }), requestsOf(generating, full, signal), signal);
    };
    return flow(async function* (leaving) {
      yield* await looking(leaving);
    });
  }

  /** What the pipeline is made of, ready to be held to laws. */
  async parts(): Promise<PipelineParts> {
    const { generating } = await this.#prepare();
    return partsOf(this.#opening.resolved, this.#container, generating);
  }

  /** Stops what runs, and closes everything that was opened; of what could not be opened it says nothing more. Throws CLOSING_FAILED, after the rest was closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ready?.catch(() => undefined);
    const lenders = await Promise.allSettled(this.#borrowed.values());
    await closeAll([
      () => this.#container[Symbol.asyncDispose](),
      ...lenders.flatMap((lender) => (lender.status === 'fulfilled' ? [() => lender.value.close()] : [])),
    ]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #writing(): Writing {
    const { resolved, registry } = this.#opening;
    const spelled = declared(resolved.tokenize, resolved.tokenize.settings).raw;
    return { spelled, told: resolved.write, registry, container: this.#container };
  }

  #signal(signal?: AbortSignal): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  #flow<T>(
    ask: GenerateOptions,
    run: (generating: Generation, ask: ResolvedOptions, signal: AbortSignal) => AsyncGenerator<T, void>,
  ): Flow<T> {
    const full = resolveOptions(this.#opening.resolved, ask);
    const prepare = () => this.#prepare();
    const signals = (leaving: AbortSignal) => AbortSignal.any([leaving, this.#signal(full.signal)]);
    return flow(async function* (leaving) {
      const { generating } = await prepare();
      yield* run(generating, full, signals(leaving));
    });
  }

  async #evaluate(signal: AbortSignal | undefined, generated: (signal: AbortSignal) => AsyncIterable<Sample>): Promise<Evaluation> {
    const { generating } = await this.#prepare();
    const { resolved } = this.#opening;
    return measure(
      { resolved, container: this.#container, generating, scoring: this.#loader.scoring, data: await this.#loader.data() },
      generated,
      this.#signal(signal),
    );
  }

  #prepare(say: (word: TrainingEvent) => void = () => undefined, signal?: AbortSignal) {
    if (this.#closing.signal.aborted) throw errors.CLOSED(this.name);
    const failed = (error: unknown): never => {
      this.#ready = undefined;
      throw error;
    };
    this.#ready ??= this.#loader.make(say, this.#signal(signal), false).catch(failed);
    return this.#ready;
  }

  async #borrow(reference: string): Promise<LentModel> {
    const lender = this.#borrowed.get(reference) ?? this.#opening.lender(reference);
    this.#borrowed.set(reference, lender);
    return (await lender).lend();
  }
}

/** Runs one after the other, also where one throws; then throws what the first threw. */
const closeAll = async (closing: readonly (() => Promise<void>)[]): Promise<void> => {
  const thrown: unknown[] = [];
  for (const close of closing) await close().catch((error) => thrown.push(error));
  if (thrown.length > 0) throw thrown[0];
};
