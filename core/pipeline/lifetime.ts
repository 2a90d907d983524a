import { join } from 'node:path';
import type { Writing } from '../dataset/writing.ts';
import { type Flow, flow, under } from '../decode-loop/stream.ts';
import type { GenerateOptions } from '../definition/generate-options.ts';
import { errors } from '../errors.ts';
import { MODEL_STORE, ModelStore } from '../models/store.ts';
import type { TrainingEvent } from '../models/training.ts';
import { StageContainer } from '../plugin/container.ts';
import { BASE, CLOCK, KEPT, type LentModel, MODELS } from '../plugin/key.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { Admission } from './admission.ts';
import type { Evaluation } from './evaluation.ts';
import { ModelLoader, type ReadyModel } from './load-or-train.ts';
import { Making } from './making.ts';
import { measure } from './measure.ts';
import type { Lender, Opening } from './opening.ts';
import { type ResolvedOptions, resolveOptions } from './requests.ts';
import { type Generation, type Sample, samples } from './samples.ts';

/** Turns a resolved asking into what is generated. */
type Run<T> = (generating: Generation, ask: ResolvedOptions, signal: AbortSignal) => AsyncGenerator<T, void>;

/** What an open pipeline holds until it is closed: its stages, its model once it is ready, and the models that it borrowed. */
export class Lifetime {
  readonly opening: Opening;
  readonly container: StageContainer;
  readonly loader: ModelLoader;
  readonly admission: Admission;
  readonly #closing = new AbortController();
  readonly #borrowed = new Map<string, Promise<Lender>>();
  #making: Making<ReadyModel> | undefined;

  constructor(opening: Opening) {
    this.opening = opening;
    this.container = new StageContainer(opening.provide);
    this.loader = new ModelLoader(opening, this.container);
    this.container.provide(CLOCK, () => performance.now());
    this.container.provide(MODEL_STORE, (folder) => new ModelStore(folder));
    this.admission = new Admission(this.name, this.loader.batching);
    this.container.provide(BASE, opening.base);
    this.container.provide(MODELS, (reference) => this.#borrow(reference));
    this.container.provide(KEPT, join(opening.models, 'kept'));
  }

  get name(): string {
    return this.opening.resolved.definition.name;
  }

  /** The model that fits data and settings, loaded or trained once, by whoever asks first. Throws CLOSED. */
  async prepare(say?: (word: TrainingEvent) => void, signal?: AbortSignal): Promise<ReadyModel> {
    for (;;) {
      if (this.#closing.signal.aborted) throw errors.CLOSED(this.name);
      const making = this.#making ?? this.#make(false);
      try {
        return await making.wait(signal, say);
      } catch (error) {
        if (!making.left || signal?.aborted || this.#closing.signal.aborted) throw error;
        await making.over; // who wanted it left; for whoever wants it now it is made again
      }
    }
  }

  /** A model trained anew, whatever stands; when `signal` is aborted that ends, and others who wait go on with what stands. */
  async renew(say: (word: TrainingEvent) => void, signal: AbortSignal): Promise<ReadyModel> {
    if (this.#closing.signal.aborted) throw errors.CLOSED(this.name);
    for (let before: unknown; before !== this.#making; await this.#making?.over) before = this.#making;
    signal.throwIfAborted();
    const making = this.#make(true);
    signal.addEventListener('abort', () => making.leave(signal.reason), { once: true });
    return making.wait(signal, say);
  }

  /** Aborted when the pipeline is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Work that is aborted by another signal, and when the pipeline is closed. */
  under<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return under([signal, this.closing], work);
  }

  /** What is asked, nothing left open. Throws InvalidGenerateOptions, NO_TASK. */
  resolve(ask: unknown): ResolvedOptions {
    return resolveOptions(this.opening.resolved, ask);
  }

  /** A flow of what the ready model makes of an asking, which is held to its schema at once. */
  flow<T>(ask: GenerateOptions, run: Run<T>): Flow<T> {
    const full = this.resolve(ask);
    const { admission } = this;
    const prepare = (signal: AbortSignal) => this.prepare(undefined, signal);
    return flow(
      async function* (signal) {
        const leave = admission.enter(full.count);
        try {
          const { generating } = await prepare(signal);
          yield* run(generating, full, signal);
        } finally {
          leave();
        }
      },
      full.signal,
      this.closing,
    );
  }

  /** Samples as raw matter alone. */
  raws(ask: GenerateOptions): Flow<unknown> {
    return this.flow(ask, async function* (...asked) {
      for await (const { raw } of samples(...asked)) yield raw;
    });
  }

  /** Every measure, on held-out data and on samples. */
  async evaluate(signal: AbortSignal | undefined, generated: (signal: AbortSignal) => AsyncIterable<Sample>): Promise<Evaluation> {
    const { generating } = await this.prepare(undefined, signal);
    const { container, loader, opening } = this;
    const measured = { resolved: opening.resolved, container, generating, scoring: loader.scoring, data: await loader.data() };
    return this.under(signal, (signal) => measure(measured, generated, signal));
  }

  /** Where samples go that are written. */
  get writing(): Writing {
    const { resolved, registry } = this.opening;
    const spelled = capabilitiesOf(resolved.tokenize, resolved.tokenize.settings).raw;
    return { spelled, told: resolved.write, registry, container: this.container };
  }

  /** Stops what runs, and closes everything that was opened; of what could not be opened it says nothing more. Throws CLOSING_FAILED, after the rest was closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#making?.leave(this.#closing.signal.reason);
    await this.#making?.over;
    const lenders = await Promise.allSettled(this.#borrowed.values());
    await closeAll([
      () => this.container[Symbol.asyncDispose](),
      ...lenders.flatMap((lender) => (lender.status === 'fulfilled' ? [() => lender.value.close()] : [])),
    ]);
  }

  /** One that failed, or that nobody waits for any more, is made again when it is asked for again. */
  #make(anew: boolean): Making<ReadyModel> {
    const making = new Making<ReadyModel>(
      (say, signal) => this.loader.make(say as (word: TrainingEvent) => void, signal, anew),
      () => {
        if (this.#making === making) this.#making = undefined;
      },
    );
    this.#making = making;
    return making;
  }

  async #borrow(reference: string): Promise<LentModel> {
    const lender = this.#borrowed.get(reference) ?? this.opening.lender(reference);
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
