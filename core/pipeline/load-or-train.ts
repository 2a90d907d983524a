import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeCorpus } from '../dataset/corpus.ts';
import { Dataset } from '../dataset/dataset.ts';
import { trainedWith, withoutStart } from '../dataset/row-prefix.ts';
import { guardSampler, guardTokenizer } from '../decode-loop/guard.ts';
import { assemble } from '../decode-loop/model.ts';
import { processed } from '../decode-loop/processed.ts';
import { shared } from '../decode-loop/scheduler.ts';
import type { Scoring } from '../decode-loop/score.ts';
import { errors } from '../errors.ts';
import { differences, stageParts } from '../models/fingerprint.ts';
import { changes, type FingerprintParts, isOurs, loadArtifacts, MODEL_STORE, type StoredModel } from '../models/store.ts';
import { fitTokenizer, type TrainingEvent, trainBackend } from '../models/training.ts';
import type { StageContainer } from '../plugin/container.ts';
import { CLOCK, TOKENIZER } from '../plugin/key.ts';
import { isArtifact, type Owned } from '../plugin/own-stage.ts';
import { capabilitiesOf } from '../plugin/registry.ts';
import { predictsWhole } from '../stages/capabilities.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Batching } from './admission.ts';
import type { Opening } from './opening.ts';
import type { Generation } from './samples.ts';

/** How a pipeline came to its model. */
export interface Ready {
  /** The model's folder; absent where there was nothing to learn. */
  readonly folder?: string;
  /** Whether it was trained just now. */
  readonly trained: boolean;
  /** Why it had to be trained, a phrase each; empty where a model stood. */
  readonly why: readonly string[];
  /** Whether it is the model that the backend's own settings name, as that stands: nothing was learned. */
  readonly lent?: boolean;
}

/** A model that is ready, and what generates with it. */
export interface ReadyModel {
  readonly ready: Ready;
  readonly generating: Generation;
}

/** Where models are made: found and loaded, or trained and kept. */
export class ModelLoader {
  readonly #opening: Opening;
  readonly #container: StageContainer;
  #data: Promise<Dataset | undefined> | undefined;

  constructor(opening: Opening, container: StageContainer) {
    this.#opening = opening;
    this.#container = container;
  }

  /** How requests share the backend. */
  get batching(): Batching {
    const { width = 32, chunk = 2048, queue = 1024 } = this.#opening.resolved.definition.batching ?? {};
    return { width, chunk, queue };
  }

  /** How rows are priced: by the seed, the stride and the batching of the pipeline, and by what the backend predicts. */
  get scoring(): Scoring {
    const { decode, definition } = this.#opening.resolved;
    const stride = definition.evaluate?.stride;
    const whole = predictsWhole(capabilitiesOf(decode, decode.settings));
    const { width, chunk } = this.batching;
    return {
      seed: definition.seed ?? 0,
      width,
      ...(whole ? { extent: 'whole' as const } : { extent: 'next' as const, chunk }),
      ...(stride !== undefined && { stride }),
    };
  }

  /** Loads the model that fits data and settings, or trains it and keeps it; `anew`: trains whatever stands. */
  async make(say: (word: TrainingEvent) => void, signal: AbortSignal, anew: boolean): Promise<ReadyModel> {
    const { resolved, models, standing, ownData, mayTrain } = this.#opening;
    const tokenizer = await this.#container.make('tokenize', resolved.tokenize);
    if ('fit' in tokenizer && !isArtifact(tokenizer)) throw errors.LEARNS_IN_VAIN('fit', resolved.tokenize.name);
    const learns = resolved.train !== undefined || 'fit' in tokenizer;
    const misfit = standing && !anew ? differences(standing, resolved) : [];
    if (standing && misfit.length > 0) throw errors.MODEL_MISFIT(standing.folder, misfit);
    if (standing && !anew) return { ready: { folder: standing.folder, trained: false, why: [] }, generating: await this.#load(standing) };
    if (!learns) return { ready: { trained: false, why: [] }, generating: await this.#assemble(tokenizer) };

    const data = await this.data();
    const store = this.#container.get(MODEL_STORE)(join(models, resolved.definition.name));
    const before = await store.current().catch(() => undefined);
    const lent = resolved.train !== undefined && !('fit' in tokenizer) && capabilitiesOf(resolved.decode, resolved.decode.settings).trained;
    const asLent = async (): Promise<ReadyModel> => ({
      ready: { trained: false, why: [], lent: true },
      generating: await this.#assemble(tokenizer),
    });
    if (!data) {
      if (anew) throw errors.NO_DATA();
      const fits = before && !(lent && differences(before, resolved).length > 0);
      if (fits) return { ready: { folder: before.folder, trained: false, why: [] }, generating: await this.#load(before) };
      if (lent) return asLent();
      throw errors.NO_DATA();
    }
    const parts = await this.#parts(data);
    const fingerprint = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
    if (!anew) {
      const found = await store.find(fingerprint).catch(() => undefined);
      if (found) {
        if (before?.manifest.fingerprint !== fingerprint) await store.choose(found);
        return { ready: { folder: found.folder, trained: false, why: [] }, generating: await this.#load(found) };
      }
      if (!mayTrain && lent && !ownData) return asLent(); // it is measured on what was given beside it
      if (!mayTrain) throw errors.NOT_TRAINED(resolved.definition.name);
    }
    const why = anew ? ['it was asked for'] : before ? changes(before.manifest.parts, parts) : ['no model stands yet'];

    const place = { workbench: store.workbench(fingerprint), signal, say, now: this.#container.get(CLOCK) };
    if (await isEmpty(data.train())) throw errors.DATA_EMPTY('to learn from', data.files);
    await fitTokenizer(tokenizer, resolved.tokenize.name, () => data.train(), place);
    const generating = await this.#assemble(tokenizer, true);
    let log = '';
    if (resolved.train) {
      const trainer = await this.#container.make('train', resolved.train);
      const seed = resolved.definition.seed ?? 0;
      const corpus = await makeCorpus(() => data.train(), generating.tokenizer, seed);
      log = await trainBackend(trainer, resolved.train.name, corpus, {
        ...place,
        seed,
        every: resolved.definition.checkpoint_seconds ?? 30,
        spell: (sample) => generating.tokenizer.detokenize(sample),
      });
    }
    const { folder } = await store.keep({ fingerprint, parts, definition: resolved.definition }, this.#container.artifacts, log);
    return { ready: { folder, trained: true, why }, generating };
  }

  async #load({ folder, manifest }: StoredModel): Promise<Generation> {
    const tokenizer = await this.#container.make('tokenize', this.#opening.resolved.tokenize);
    await loadArtifacts(folder, this.#container.artifacts);
    const known = new Set(this.#container.artifacts);
    const generating = await this.#assemble(tokenizer, isOurs(manifest));
    await loadArtifacts(
      folder,
      this.#container.artifacts.filter((one) => !known.has(one)),
    );
    return generating;
  }

  /** Makes the three stages and the sampler; the tokenizer is fitted or loaded by now, since backends ask it how many ids there are. `trained`: the model is not somebody else's as it stands. */
  async #assemble(tokenizer: Tokenizer, trained = false): Promise<Generation> {
    const { tokenize, encode, attend, decode, train, sample, processors } = this.#opening.resolved;
    const named = guardTokenizer(tokenizer, tokenize.name); // before a backend is made for what cannot be
    this.#container.provide(TOKENIZER, tokenizer);
    const timeouts = { encode: encode.timeout, attend: attend.timeout, decode: decode.timeout };
    const model = assemble(
      {
        encoder: await this.#container.make('encode', encode),
        attention: await this.#container.make('attend', attend),
        decoder: await this.#container.make('decode', decode),
      },
      { names: { encode: encode.name, attend: attend.name, decode: decode.name }, timeouts },
    );
    if (trained && train && !this.#container.keeps(train)) throw errors.LEARNS_IN_VAIN('train', train.name); // asked before a trainer is made, since loading makes none
    const chain = await Promise.all(
      processors.map(async (one) => ({ name: one.name, processor: await this.#container.make('process', one) })),
    );
    const guard = (sampler: Sampler): Sampler => processed(chain, guardSampler(sampler, sample.name, sample.timeout));
    const sampler = guard(await this.#container.make('sample', sample));
    const ownSampler = async (settings: unknown): Promise<Owned<Sampler>> => {
      const { stage, close } = await this.#container.makeOnce('sample', sample, settings);
      return { stage: guard(stage), close };
    };
    const guarded = trained ? trainedWith(named) : named;
    const whole = this.scoring.extent === 'whole';
    const { width } = this.batching;
    const chunk = whole ? Number.POSITIVE_INFINITY : this.batching.chunk;
    const spelled = whole ? withoutStart(guarded) : guarded;
    const shares = !whole && [encode, attend, decode].every((stage) => capabilitiesOf(stage, stage.settings).agreement !== 'statistical');
    return { model: shared(model, width, chunk), sampler, ownSampler, tokenizer: spelled, width, whole, shares };
  }

  /** What is learned from and held out; undefined where the pipeline names none. */
  data(): Promise<Dataset | undefined> {
    const { resolved, base, self } = this.#opening;
    const { data } = resolved.definition;
    if (!data) return Promise.resolve(undefined);
    this.#data ??= Dataset.open(
      { data, base, self, read: resolved.read, tokenize: resolved.tokenize, seed: resolved.definition.seed ?? 0 },
      this.#opening.registry,
      this.#container,
    ).catch((error) => {
      this.#data = undefined;
      throw error;
    });
    return this.#data;
  }

  /** All that decides what the model is. */
  async #parts(data: Dataset): Promise<FingerprintParts> {
    const { train, definition } = this.#opening.resolved;
    return {
      data: await data.fingerprint(),
      ...stageParts(this.#opening.resolved),
      ...(train && { train: train.training }),
      seed: definition.seed ?? 0,
    };
  }
}

const isEmpty = async (items: AsyncIterable<unknown>): Promise<boolean> => {
  for await (const _ of items) return false;
  return true;
};
