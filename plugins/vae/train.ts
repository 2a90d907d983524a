import type { Observable } from 'rxjs';
import type { Static } from 'typebox';
import {
  type Batch,
  type Corpus,
  flow,
  type Heading,
  type ProgressEvent,
  type Row,
  type Trainer,
  unwrap,
  type TrainingContext as Work,
  wrap,
} from '../../core/index.ts';
import { adam, constantRate, cosineDecay, type Feed, Network, type Optimizer, Training } from '../toolkit/index.ts';
import { CodeSums } from './aggregate.ts';
import { errors } from './errors.ts';
import { feedsOf } from './layout.ts';
import { encoderGraph } from './model/graphs.ts';
import { ACTIVE, objectiveOf } from './model/objective.ts';
import type { Aggregate, VaeModel } from './model.ts';
import { familyOf, type VaeTraining } from './options.ts';

type Settings = Static<typeof VaeTraining>;

/** So many times in all a training says its figures. */
const TOLD = 400;

/** At most so many rows make up what is known of the codes. */
const SURVEYED = 10_000;

/** Learns by steps of Adam over shuffled batches. */
export class VaeTrainer implements Trainer {
  readonly #model: VaeModel;
  readonly #settings: Settings;

  constructor(model: VaeModel, settings: Settings) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Leaving the stream ends the thread after the step that runs; an abort does too, and fails with its reason. */
  train(corpus: Corpus, run: Work): Observable<ProgressEvent> {
    return flow((signal) => learn(this.#model, this.#settings, corpus, { ...run, signal }), run.signal);
  }
}

async function* learn(
  model: VaeModel,
  settings: Settings,
  corpus: Corpus,
  { checkpoint: from, random, signal }: Work,
): AsyncGenerator<ProgressEvent> {
  signal.throwIfAborted();
  await mustDiffer(corpus);
  const { batch } = settings;
  const { layout } = model;
  const total = Math.max(1, Math.round((settings.epochs * corpus.rows) / batch));
  const { loss, metrics } = objectiveOf(model.settings, layout, batch);
  const plan = {
    loss,
    metrics,
    optimizer: optimizerOf(settings, total),
    ...(settings.clip !== undefined && { clip: { norm: settings.clip } }),
  };
  await using training = await Training.start({ vae: plan }, { ...model.engine, seed: Math.floor(random() * 2 ** 32) });
  let done = 0;
  const heading = headingOf(model, settings);
  if (from) {
    const kept = restored(from, heading);
    await training.restore(kept.state);
    done = kept.done;
  }
  const figures = new Figures(layout.length);
  let asked: Promise<unknown> = Promise.resolve();
  const every = Math.ceil(total / TOLD);
  if (done < total)
    for await (const rows of corpus.read({ batch, shuffle: true, skip: done })) {
      await asked; // a checkpoint is of the moment it was asked at
      signal.throwIfAborted();
      const beta = weightOf(model, done);
      const { loss, metrics, learningRate } = await training.step(feeds(rows, model, beta));
      figures.add({ loss, ...metrics }, { learning_rate: learningRate, ...(beta !== undefined && { beta }) });
      done++;
      const at = done;
      const checkpoint = (): Promise<Uint8Array> => {
        const state = training.state().then((bytes) => wrap({ ...heading, done: at } as Kept, [bytes]));
        asked = state.catch(() => undefined);
        return state;
      };
      yield { done, total, unit: 'steps', ...((done % every === 0 || done === total) && { figures: figures.take() }), checkpoint };
      if (done === total) break;
    }
  await asked;
  const weights = await training.weights();
  const aggregate = await survey(model, training, corpus, signal);
  await model.learn({ weights, aggregate });
  const warning = warningOf(model, aggregate);
  if (warning) yield { done, total, unit: 'steps', warning };
}

/** Throws VAE_ONE_ROW or VAE_ALL_EQUAL where there is nothing to tell apart. */
const mustDiffer = async (corpus: Corpus): Promise<void> => {
  if (corpus.rows < 2) throw errors.VAE_ONE_ROW();
  let first: string | undefined;
  for await (const rows of corpus.read({ batch: 64 }))
    for (const { tokens } of rows) {
      first ??= tokens.join();
      if (tokens.join() !== first) return;
    }
  throw errors.VAE_ALL_EQUAL();
};

const feeds = (rows: Batch<Row>, { layout }: VaeModel, beta: number | undefined): Record<string, Feed> => {
  const { ids, mask, given } = feedsOf(rows, layout);
  return {
    ids,
    ...(layout.stop !== undefined && { mask }),
    ...(layout.classes > 0 && { given }),
    ...(beta !== undefined && { beta: Float32Array.of(beta) }),
  };
};

/** The weight of the divergence at a step, counted from 0; undefined where the family has none. */
export const weightOf = ({ settings }: Pick<VaeModel, 'settings'>, step: number): number | undefined => {
  const family = familyOf(settings);
  if (family.use !== 'vae') return undefined;
  const { beta, annealing } = family.with;
  return step < annealing ? (beta * step) / annealing : beta;
};

const optimizerOf = ({ learning_rate: rate, schedule, warmup }: Settings, steps: number): Optimizer =>
  adam({ learningRate: schedule === 'cosine' ? cosineDecay({ rate, steps, warmup }) : constantRate({ rate, warmup }) });

/** What is known of the codes of the training rows, at most SURVEYED of them in their order. */
const survey = async (model: VaeModel, training: Training, corpus: Corpus, signal: AbortSignal): Promise<Aggregate> => {
  const { settings, layout } = model;
  const family = familyOf(settings);
  await using network = await Network.open(encoderGraph(settings, layout), { host: training.host });
  const sums = new CodeSums(settings.latent, family.use === 'autoencoder' && family.with.prior === 'gaussian');
  let seen = 0;
  for await (const rows of corpus.read({ batch: 256 })) {
    signal.throwIfAborted();
    const { ids, given } = feedsOf(rows, layout);
    const { mean, log_variance } = await network.run({
      ids: { dims: [rows.length, layout.length], data: ids },
      ...(layout.classes > 0 && { given: { dims: [rows.length, layout.classes], data: given } }),
    });
    const data = mean!.data as Float32Array;
    sums.add({ mean: data, variance: log_variance ? (log_variance.data as Float32Array).map(Math.exp) : new Float32Array(data.length) });
    seen += rows.length;
    if (seen >= SURVEYED) break;
  }
  return sums.get();
};

/** Of a posterior that has collapsed: fewer than a tenth of the units are active. */
const warningOf = ({ settings: { latent, family } }: VaeModel, { variance }: Aggregate): string | undefined => {
  const active = variance.filter((value) => value > ACTIVE).length;
  return active * 10 >= latent || familyOf({ family }).use === 'autoencoder' ? undefined : errors.VAE_COLLAPSED(active, latent).message;
};

/** Means of figures since they were last told, in nats a row and bits a dimension. */
class Figures {
  readonly #bits: number;
  #sums: Record<string, number> = {};
  #last: Readonly<Record<string, number>> = {};
  #count = 0;

  constructor(length: number) {
    this.#bits = 1 / (length * Math.LN2);
  }

  add(metrics: Readonly<Record<string, number>>, last: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(metrics)) this.#sums[name] = (this.#sums[name] ?? 0) + value;
    this.#last = last;
    this.#count++;
  }

  take(): Readonly<Record<string, number>> {
    const mean = (name: string): number => (this.#sums[name] ?? 0) / this.#count;
    const [reconstruction, divergence] = [mean('reconstruction'), mean('divergence')];
    const figures = {
      loss: mean('loss'),
      reconstruction,
      divergence,
      reconstruction_bits_per_dimension: reconstruction * this.#bits,
      divergence_bits_per_dimension: divergence * this.#bits,
      active_units: mean('active_units'),
      ...this.#last,
    };
    this.#sums = {};
    this.#count = 0;
    return figures;
  }
}

/** What a checkpoint says beside the training's state: how many steps were taken. */
interface Kept extends Heading {
  readonly done: number;
}

const headingOf = (model: VaeModel, settings: Settings): Heading => ({
  kind: 'autoencoder training',
  identity: { ...model.identity, ...settings },
});

/** Throws VAE_FILE, or VAE_MISMATCH where it is another training's. */
const restored = (bytes: Uint8Array, wanted: Heading): { readonly done: number; readonly state: Uint8Array } => {
  const { heading, body } = unwrap<Kept>(bytes, wanted, {
    fault: (what) => errors.VAE_FILE('The checkpoint', what),
    mismatch: (what, found, asked) => errors.VAE_MISMATCH('The checkpoint', what, found, asked),
  });
  const { done } = heading;
  if (!(Number.isInteger(done) && done >= 0)) throw errors.VAE_FILE('The checkpoint', 'it does not say how far it is');
  return { done, state: body };
};
