import type { Observable } from 'rxjs';
import {
  type Corpus,
  flow,
  type Heading,
  type ProgressEvent,
  type Tokens,
  type Trainer,
  type TrainingContext,
  unwrap,
  wrap,
} from '../../core/index.ts';
import { Training as Steps, type Value } from '../toolkit/index.ts';
import { trainingFeeds, trainingGraph } from './architecture/training-graph.ts';
import { errors } from './errors.ts';
import { loadWeights } from './loading/load.ts';
import type { TransformerModel } from './model.ts';
import { optimizerOf } from './training/optimizer.ts';
import { drawSample } from './training/sample.ts';
import type { TransformerTraining } from './training/settings.ts';
import { windows } from './training/windows.ts';

const READ = 256; // rows of the corpus that are asked for at a time

/** Learns to predict each token from those before it, by the toolkit's training step. */
export class TransformerTrainer implements Trainer {
  readonly #model: TransformerModel;
  readonly #settings: TransformerTraining;

  constructor(model: TransformerModel, settings: TransformerTraining) {
    this.#model = model;
    this.#settings = settings;
  }

  /** Leaving the stream ends the training within a step. */
  train(corpus: Corpus, run: TrainingContext): Observable<ProgressEvent> {
    return flow((signal) => learn(this.#model, this.#settings, corpus, { ...run, signal }), run.signal);
  }
}

async function* learn(
  model: TransformerModel,
  settings: TransformerTraining,
  corpus: Corpus,
  { random, checkpoint: from, signal }: TrainingContext,
): AsyncGenerator<ProgressEvent> {
  signal.throwIfAborted();
  const { architecture, device, threads } = model;
  const { steps, batch, pack, clip, accumulate, average, label_smoothing: smoothing, balance, length = architecture.context } = settings;
  if (length > architecture.context && (architecture.positions === 'learned' || architecture.positions === 'sinusoidal'))
    throw errors.TRANSFORMER_TRAINING(`windows of ${length} tokens exceed the context of ${architecture.context}`);
  const seed = Math.floor(random() * 2 ** 32);
  const rows = await read(corpus, signal);
  if (!rows.some((row) => row.length > 1)) throw errors.TRANSFORMER_NO_ROWS();

  const plan = {
    ...trainingGraph(architecture, { batch, length, smoothing, balance }),
    optimizer: optimizerOf(settings),
    clip: { norm: clip },
    accumulate,
    ...(average !== undefined && { average }),
  };
  await using training = await Steps.start({ transformer: plan }, { device, ...(threads !== undefined && { threads }), seed });
  const weights = () => training.weights({ average: average !== undefined }); // those that become the model
  const total = steps * accumulate;
  let done = 0;
  const heading: Heading = { kind: 'transformer training', identity: { ...architecture, ...settings } };
  if (from) {
    const kept = restore(from, heading);
    await training.restore(kept.state);
    done = kept.batches;
  } else if (model.origin) await begin(training, await loadWeights(model.origin, architecture));
  const feeds = windows(rows, { batch, length, pack, seed }, done);
  while (done < total) {
    signal.throwIfAborted();
    const { step, loss, learningRate, gradientNorm, metrics } = await training.step({
      ...trainingFeeds(architecture, feeds.next().value!),
    });
    done++;
    const now = done;
    let asked: Promise<Uint8Array> | undefined;
    const figures = { loss, learning_rate: learningRate, gradient_norm: gradientNorm, ...metrics };
    const checkpoint = (): Promise<Uint8Array> => {
      asked ??= training.state().then((state) => wrap({ ...heading, batches: now } as Kept, [state]));
      return asked;
    };
    const due = settings.sample_every !== undefined && done % (settings.sample_every * accumulate) === 0;
    const sample = due ? { sample: await drawSample(model, await weights(), rows, done, signal) } : {};
    yield { done: step, total: steps, unit: 'steps', figures, ...sample, checkpoint };
    await asked?.catch(() => undefined); // its state is that of this word: nothing moves until it is read
  }
  await model.learn(await weights());
}

/** Goes on from weights that were learned elsewhere. */
const begin = (training: Steps, weights: ReadonlyMap<string, Value>): Promise<void> =>
  training.host.write(Object.fromEntries([...weights].map(([name, { dims, data }]) => [name, { dtype: 'float32' as const, dims, data }])));

/** All rows, 4 bytes a token. */
const read = async (corpus: Corpus, signal: AbortSignal): Promise<Tokens[]> => {
  const rows: Tokens[] = [];
  for await (const batch of corpus.read({ batch: READ })) {
    signal.throwIfAborted();
    for (const { tokens } of batch) rows.push(tokens);
  }
  return rows;
};

/** What a checkpoint says beside the step's state: how many batches were learned from. */
interface Kept extends Heading {
  readonly batches: number;
}

/** Throws TRANSFORMER_CHECKPOINT. */
const restore = (bytes: Uint8Array, wanted: Heading): { readonly batches: number; readonly state: Uint8Array } => {
  const { heading, body } = unwrap<Kept>(bytes, wanted, {
    fault: errors.TRANSFORMER_CHECKPOINT,
    mismatch: (what, found, asked) => errors.TRANSFORMER_CHECKPOINT(`its ${what} is ${found}, and ${asked} is wanted`),
  });
  const { batches } = heading;
  if (!(Number.isInteger(batches) && batches >= 0)) throw errors.TRANSFORMER_CHECKPOINT('it does not say how far it is');
  return { batches, state: body };
};
