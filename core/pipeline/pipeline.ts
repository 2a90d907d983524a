import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { concatMap, mergeMap, Observable, type OperatorFunction, toArray } from 'rxjs';
import type { Batch } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import { MODELS, type Opened, TOKENIZER } from '../plugin/define.ts';
import { declared } from '../plugin/load.ts';
import type { Model } from '../stages/model.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { assemble } from './assemble.ts';
import { type Chosen, Workshop } from './container.ts';
import { makeCorpus, toRow } from './corpus.ts';
import { Data } from './data.ts';
import { type Evaluation, evaluate, type NamedEvaluator } from './evaluation.ts';
import { type Flow, flow } from './flow.ts';
import { changes, loadArtifacts, ModelShelf, type Parts, type Standing } from './models.ts';
import type { Lender, Opening } from './opening.ts';
import { type Ask, type Generating, type Piece, pieces, type Sample, samples } from './samples.ts';
import { type Score, score } from './score.ts';
import { shared } from './shared.ts';
import { fitTokenizer, type TrainingWord, trainBackend } from './training.ts';
import { writeItems } from './written.ts';

/** How many samples share a reading. */
const WIDTH = 32;

/** How a pipeline came to its model. */
export interface Ready {
  /** The model's folder; absent where there was nothing to learn. */
  readonly folder?: string;
  /** Whether it was trained just now. */
  readonly trained: boolean;
  /** Why it had to be trained, a phrase each; empty where a model stood. */
  readonly why: readonly string[];
}

/** A pipeline that was opened: it trains where no fitting model stands, and then generates, scores and evaluates. Close it with `await using` or `close()`. */
export class Pipeline implements AsyncDisposable {
  readonly #opening: Opening;
  readonly #workshop = new Workshop();
  readonly #closing = new AbortController();
  readonly #borrowed: Lender[] = [];
  #data: Promise<Data | undefined> | undefined;
  #ready: Promise<{ ready: Ready; generating: Generating }> | undefined;

  /** Use `open`. */
  constructor(opening: Opening) {
    this.#opening = opening;
    this.#workshop.provide(MODELS, (reference) => this.#borrow(reference));
  }

  get name(): string {
    return this.#opening.resolved.definition.name;
  }

  /** What every sample begins with when nothing else is asked. */
  get prompt(): string {
    return this.#opening.resolved.definition.generate?.prompt ?? '';
  }

  /** Loads the model that fits data and settings, or trains it; done once, by whoever asks first. `say` hears of a training's progress. */
  async ready(say: (word: TrainingWord) => void = () => undefined, signal?: AbortSignal): Promise<Ready> {
    return (await this.#prepare(say, signal)).ready;
  }

  /** Trains anew, whatever stands; completes when the model is saved, and leaving the stream stops it. */
  train(): Observable<TrainingWord> {
    return new Observable((subscriber) => {
      const leaving = new AbortController();
      const working = this.#make((word) => subscriber.next(word), AbortSignal.any([leaving.signal, this.#closing.signal]), true);
      this.#ready = working;
      working.then(
        () => subscriber.complete(),
        (error) => {
          this.#ready = undefined;
          subscriber.error(error);
        },
      );
      return () => leaving.abort();
    });
  }

  /** Samples as raw matter, each with its prompt, in their order; without arguments an operator from asks to samples. */
  generate(): OperatorFunction<Ask, Sample>;
  generate(ask: Ask): Flow<unknown>;
  generate(ask?: Ask): Flow<unknown> | OperatorFunction<Ask, Sample> {
    if (!ask) return mergeMap((each: Ask) => this.samples(each), WIDTH);
    const source = this.samples(ask);
    return flow(async function* () {
      for await (const { raw } of source) yield raw;
    });
  }

  /** The same with their ids, and why each ended. */
  samples(ask: Ask = {}): Flow<Sample> {
    return this.#flow(ask, samples);
  }

  /** Samples as they come, piece by piece; samples that run side by side take turns. */
  stream(ask: Ask = {}): Flow<Piece> {
    return this.#flow(ask, pieces);
  }

  /** Writes samples to a file, in the form that its extension says. */
  async write(ask: Ask, path: string): Promise<string> {
    const { resolved, registry } = this.#opening;
    const raw = declared(resolved.tokenize, resolved.tokenize.settings).raw;
    await writeItems(this.generate(ask), path, raw, registry, this.#workshop);
    return path;
  }

  /** What a sample's ids spell: an operator. */
  detokenize(): OperatorFunction<Sample, unknown> {
    return concatMap(async ({ row }) => (await this.#prepare()).generating.tokenizer.detokenize(row.tokens));
  }

  /** What raw items cost under the model, token by token, in nats. */
  async score(raws: Batch<unknown>, { signal }: { signal?: AbortSignal } = {}): Promise<Score[]> {
    const { generating } = await this.#prepare();
    const rows = raws.map((raw) => toRow(generating.tokenizer, { raw }));
    return score(generating.model, rows, { ...this.#scoring, signal: this.#signal(signal) });
  }

  /** Every measure of the pipeline on its held-out data and on samples; without arguments an operator that measures the samples that pass. */
  evaluate(): OperatorFunction<Sample, Evaluation>;
  evaluate(how: { readonly signal?: AbortSignal; readonly seed?: number }): Promise<Evaluation>;
  evaluate(how?: { readonly signal?: AbortSignal; readonly seed?: number }): OperatorFunction<Sample, Evaluation> | Promise<Evaluation> {
    if (how)
      return this.#evaluate(how.signal, (signal) =>
        this.samples({ count: this.#opening.resolved.definition.evaluate?.samples ?? 100, ...how, signal }),
      );
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
  async lend(): Promise<Opened> {
    const { model, tokenizer } = (await this.#prepare()).generating;
    return { model, tokenizer };
  }

  /** Stops what runs, and closes everything that was opened. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ready?.catch(() => undefined);
    await this.#workshop[Symbol.asyncDispose]();
    for (const borrowed of this.#borrowed) await borrowed.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #scoring() {
    const { decode, definition } = this.#opening.resolved;
    const stride = definition.evaluate?.stride;
    const whole = declared(decode, decode.settings).predictions?.every((one) => one.endsWith(' whole')) ?? false;
    return { seed: definition.seed ?? 0, extent: whole ? ('whole' as const) : ('next' as const), ...(stride !== undefined && { stride }) };
  }

  #signal(signal?: AbortSignal): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  #flow<T>(
    ask: Ask,
    run: (
      generating: Generating,
      ask: Ask & { count: number; max_new_tokens: number; seed: number },
      signal: AbortSignal,
    ) => AsyncGenerator<T, void>,
  ): Flow<T> {
    const { definition, decode } = this.#opening.resolved;
    const { count = 5, max_new_tokens = 200, prompt } = definition.generate ?? {};
    const tasks = declared(decode, decode.settings).tasks ?? [];
    if (ask.task && !tasks.includes(ask.task.name)) throw errors.NO_TASK(ask.task.name, decode.name, tasks);
    const full = { count, max_new_tokens, seed: definition.seed ?? 0, ...(prompt !== undefined && { prompt }), ...ask };
    const prepare = () => this.#prepare();
    const signals = (leaving: AbortSignal) => AbortSignal.any([leaving, this.#signal(ask.signal)]);
    return flow(async function* (leaving) {
      const { generating } = await prepare();
      yield* run(generating, full, signals(leaving));
    });
  }

  async #evaluate(signal: AbortSignal | undefined, generated: (signal: AbortSignal) => AsyncIterable<Sample>): Promise<Evaluation> {
    const { generating } = await this.#prepare();
    const data = await this.#openData();
    const all = this.#signal(signal);
    const evaluators: NamedEvaluator[] = [];
    for (const chosen of this.#opening.resolved.evaluate) {
      const items = declared(chosen, chosen.settings).items ?? ['generated'];
      evaluators.push({ name: chosen.name, evaluator: await this.#workshop.make('evaluate', chosen), items });
    }
    const nothing = async function* () {};
    return evaluate(evaluators, {
      model: generating.model,
      tokenizer: generating.tokenizer,
      scoring: this.#scoring,
      rows: this.#opening.resolved.definition.evaluate?.rows ?? Number.POSITIVE_INFINITY,
      train: () => data?.train() ?? nothing(),
      valid: () => data?.valid() ?? nothing(),
      generated: () => generated(all),
      signal: all,
    });
  }

  #prepare(say: (word: TrainingWord) => void = () => undefined, signal?: AbortSignal) {
    if (this.#closing.signal.aborted) throw errors.CLOSED(this.name);
    const failed = (error: unknown): never => {
      this.#ready = undefined;
      throw error;
    };
    this.#ready ??= this.#make(say, this.#signal(signal), false).catch(failed);
    return this.#ready;
  }

  async #make(say: (word: TrainingWord) => void, signal: AbortSignal, anew: boolean): Promise<{ ready: Ready; generating: Generating }> {
    const { resolved, models, standing, mayTrain } = this.#opening;
    const tokenizer = await this.#workshop.make('tokenize', resolved.tokenize);
    const learns = resolved.train !== undefined || 'fit' in tokenizer;
    if (standing && !anew) return { ready: { folder: standing.folder, trained: false, why: [] }, generating: await this.#load(standing) };
    if (!learns) return { ready: { trained: false, why: [] }, generating: await this.#assemble(tokenizer) };

    const data = await this.#openData();
    const shelf = new ModelShelf(join(models, this.name));
    const before = await shelf.current().catch(() => undefined);
    if (!data) {
      if (!before || anew) throw errors.NO_DATA();
      return { ready: { folder: before.folder, trained: false, why: [] }, generating: await this.#load(before) };
    }
    const parts = await this.#parts(data);
    const fingerprint = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
    if (!anew) {
      const found = await shelf.find(fingerprint).catch(() => undefined);
      if (found) {
        if (before?.manifest.fingerprint !== fingerprint) await shelf.choose(found);
        return { ready: { folder: found.folder, trained: false, why: [] }, generating: await this.#load(found) };
      }
      if (!mayTrain) throw errors.NOT_TRAINED(this.name);
    }
    const why = anew ? ['it was asked for'] : before ? changes(before.manifest.parts, parts) : ['no model stands yet'];

    const bench = { workbench: shelf.workbench(fingerprint), signal, say };
    await fitTokenizer(tokenizer, resolved.tokenize.name, () => data.train(), bench);
    const generating = await this.#assemble(tokenizer);
    let log = '';
    if (resolved.train) {
      const trainer = await this.#workshop.make('train', resolved.train);
      const seed = resolved.definition.seed ?? 0;
      const corpus = await makeCorpus(() => data.train(), tokenizer, seed, data.files);
      log = await trainBackend(trainer, resolved.train.name, corpus, {
        ...bench,
        seed,
        every: resolved.definition.checkpoint_seconds ?? 30,
      });
    }
    const { folder } = await shelf.keep({ fingerprint, parts, definition: resolved.definition }, this.#workshop.artifacts, log);
    return { ready: { folder, trained: true, why }, generating };
  }

  async #load({ folder }: Standing): Promise<Generating> {
    const tokenizer = await this.#workshop.make('tokenize', this.#opening.resolved.tokenize);
    await loadArtifacts(folder, this.#workshop.artifacts);
    const known = new Set(this.#workshop.artifacts);
    const generating = await this.#assemble(tokenizer);
    await loadArtifacts(
      folder,
      this.#workshop.artifacts.filter((one) => !known.has(one)),
    );
    return generating;
  }

  /** Makes the three stages and the sampler; the tokenizer is fitted or loaded by now, since backends ask it how many ids there are. */
  async #assemble(tokenizer: Tokenizer): Promise<Generating> {
    const { encode, attend, decode, sample } = this.#opening.resolved;
    this.#workshop.provide(TOKENIZER, tokenizer);
    const timeouts = { encode: encode.timeout, attend: attend.timeout, decode: decode.timeout };
    const model: Model = assemble(
      {
        encoder: await this.#workshop.make('encode', encode),
        attention: await this.#workshop.make('attend', attend),
        decoder: await this.#workshop.make('decode', decode),
      },
      { names: { encode: encode.name, attend: attend.name, decode: decode.name }, timeouts },
    );
    const sampler = await this.#workshop.make('sample', sample);
    const chunk = this.#scoring.extent === 'whole' ? Number.POSITIVE_INFINITY : undefined;
    return { model: shared(model, WIDTH), sampler, tokenizer, width: WIDTH, ...(chunk !== undefined && { chunk }) };
  }

  #openData(): Promise<Data | undefined> {
    const { resolved, base, self } = this.#opening;
    const { data } = resolved.definition;
    if (!data) return Promise.resolve(undefined);
    this.#data ??= Data.open(
      { data, base, self, read: resolved.read, tokenize: resolved.tokenize, seed: resolved.definition.seed ?? 0 },
      this.#opening.registry,
      this.#workshop,
    );
    return this.#data;
  }

  /** All that decides what the model is. */
  async #parts(data: Data): Promise<Parts> {
    const { tokenize, encode, attend, decode, train, definition } = this.#opening.resolved;
    const told = ({ name, settings }: Chosen) => ({ use: name, with: settings });
    return {
      data: await data.fingerprint(),
      tokenize: told(tokenize),
      ...(encode === decode && attend === decode
        ? { backend: told(decode) }
        : { encode: told(encode), attend: told(attend), decode: told(decode) }),
      ...(train && { train: train.training }),
      seed: definition.seed ?? 0,
    };
  }

  async #borrow(reference: string): Promise<Opened> {
    const lender = await this.#opening.lender(reference);
    this.#borrowed.push(lender);
    return lender.lend();
  }
}
