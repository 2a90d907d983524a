import type { Observable } from 'rxjs';
import { type Corpus, type Progress, type Tokens, type Trainer, type Training, untilLeft } from '../../core/index.ts';
import { Training as Steps, type Value } from '../toolkit/index.ts';
import { learningGraph, lessonFeeds } from './architecture/learning.ts';
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
  train(corpus: Corpus, run: Training): Observable<Progress> {
    return untilLeft(run.signal, (signal) => learn(this.#model, this.#settings, corpus, { ...run, signal }));
  }
}

async function* learn(
  model: TransformerModel,
  settings: TransformerTraining,
  corpus: Corpus,
  { random, from, signal }: Training,
): AsyncGenerator<Progress> {
  signal.throwIfAborted();
  const { architecture, device, threads } = model;
  const { steps, batch, pack, clip, accumulate, average, label_smoothing: smoothing, balance, length = architecture.context } = settings;
  if (length > architecture.context && (architecture.positions === 'learned' || architecture.positions === 'sinusoidal'))
    throw errors.TRANSFORMER_TRAINING(`windows of ${length} tokens exceed the context of ${architecture.context}`);
  const seed = Math.floor(random() * 2 ** 32);
  const rows = await read(corpus, signal);
  if (!rows.some((row) => row.length > 1)) throw errors.TRANSFORMER_NO_ROWS();

  const plan = {
    ...learningGraph(architecture, { batch, length, smoothing, balance }),
    optimizer: optimizerOf(settings),
    clip: { norm: clip },
    accumulate,
    ...(average !== undefined && { average }),
  };
  await using training = await Steps.start({ transformer: plan }, { device, ...(threads !== undefined && { threads }), seed });
  const weights = () => training.weights({ average: average !== undefined }); // those that become the model
  const total = steps * accumulate;
  let done = 0;
  if (from) {
    const kept = restore(from);
    await training.restore(kept.state);
    done = kept.batches;
  } else if (model.origin) await begin(training, await loadWeights(model.origin, architecture));
  const feeds = windows(rows, { batch, length, pack, seed }, done);
  while (done < total) {
    signal.throwIfAborted();
    const { step, loss, learningRate, gradientNorm, metrics } = await training.step({ ...lessonFeeds(architecture, feeds.next().value!) });
    done++;
    let asked: Promise<Uint8Array> | undefined;
    const figures = { loss, learning_rate: learningRate, gradient_norm: gradientNorm, ...metrics };
    const checkpoint = (): Promise<Uint8Array> => {
      asked ??= keep(training, done);
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

const MAGIC = 0x52544753; // "SGTR", little-endian
const HEAD = 8; // bytes: magic, batches

/** All it takes to go on: how many batches were learned from, and the state of the step. */
const keep = async (training: Steps, batches: number): Promise<Uint8Array> => {
  const state = await training.state();
  const bytes = new Uint8Array(HEAD + state.length);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, batches]);
  bytes.set(state, HEAD);
  return bytes;
};

/** Throws TRANSFORMER_CHECKPOINT. */
const restore = (bytes: Uint8Array): { readonly batches: number; readonly state: Uint8Array } => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(HEAD, bytes.length));
  if (head.length < HEAD || head.readUInt32LE(0) !== MAGIC) throw errors.TRANSFORMER_CHECKPOINT('it does not begin like one');
  return { batches: head.readUInt32LE(4), state: bytes.slice(HEAD) };
};
