import { createRandom } from '../../../core/data/random.ts';
import { errors } from '../errors.ts';
import { input } from '../graph/leaves.ts';
import { type ClassifierSettings, classifier } from '../nn/classifier.ts';
import type { EngineOptions } from '../onnx/device.ts';
import { writeOnnx } from '../onnx/file.ts';
import { crossEntropy } from '../ops/loss.ts';
import { mean } from '../ops/reduce.ts';
import { adamW } from '../optim/adam.ts';
import type { Update } from '../optim/optimizer.ts';
import { cosineDecay } from '../optim/schedule.ts';
import { Training } from './training.ts';

/** Pictures one after another, each [channels, ...places], and what each shows. */
export interface Labelled {
  readonly pictures: Float32Array;
  readonly labels: Int32Array;
}

/** How a classifier is trained. */
export interface ClassifierTraining extends ClassifierSettings, EngineOptions {
  readonly steps?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A classifier of someone's own pictures as an .onnx file: `pictures` go in, `features` and `logits` come out. Throws TOOLKIT_LABELS. */
export const trainClassifier = async (data: Labelled, settings: ClassifierTraining): Promise<Uint8Array> => {
  const { stack, classes, steps = 1000, batch = 64, learningRate = 2e-3, seed = 0, signal, ...engine } = settings;
  const shape = [stack.channels[0]!, ...stack.places];
  const size = shape.reduce((product, dim) => product * dim, 1);
  mustBeLabelled(data, size, classes);

  const classify = classifier('classifier', settings);
  const updates: Update[] = [];
  const { logits } = classify(input('pictures', [batch, ...shape]), { updates });
  const loss = mean(crossEntropy(logits, input('labels', [batch], 'int32')));
  const optimizer = adamW({ learningRate: cosineDecay({ rate: learningRate, steps, warmup: Math.min(50, steps >> 2) }) });
  await using training = await Training.start({ classifier: { loss, optimizer, updates } }, { ...engine, seed });

  const random = createRandom(seed);
  const [pictures, labels] = [new Float32Array(batch * size), new Int32Array(batch)];
  for (let step = 0; step < steps; step++) {
    signal?.throwIfAborted();
    for (let row = 0; row < batch; row++) {
      const at = Math.floor(random() * data.labels.length);
      pictures.set(data.pictures.subarray(at * size, (at + 1) * size), row * size);
      labels[row] = data.labels[at]!;
    }
    await training.step({ pictures, labels });
  }
  const card = { name: 'classifier', about: `Tells ${classes} classes apart; its features are for distances between distributions.` };
  return writeOnnx({ ...classify(input('pictures', ['batch', ...shape])) }, await training.weights(), card);
};

const mustBeLabelled = ({ pictures, labels }: Labelled, size: number, classes: number): void => {
  if (labels.length === 0 || pictures.length !== labels.length * size)
    throw errors.TOOLKIT_LABELS(`${labels.length} labels came with ${pictures.length} numbers, and a picture takes ${size}`);
  const stray = labels.find((label) => label < 0 || label >= classes);
  if (stray !== undefined) throw errors.TOOLKIT_LABELS(`a label is ${stray}, and there are ${classes} classes, counted from 0`);
};
