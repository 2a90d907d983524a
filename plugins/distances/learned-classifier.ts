import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { batchNormLayer, trainClassifier } from '../toolkit/index.ts';
import { errors } from './errors.ts';
import { channelsFirst, type Form, valuesOf, type Waiting } from './rows.ts';

/** How it is trained; a change means another file. */
const SETTINGS = { batch: 64, features: 64, channels: [16, 32], seed: 0 };

/** So many rows are hashed or copied before the event loop turns. */
const PIECE = 2048;

/** A classifier of labelled rows, as an .onnx file: read from the folder where it was kept, else trained on them and kept. Throws where labels are missing or of no use. */
export const learnedClassifier = async (
  rows: readonly Waiting[],
  { classes, form, folder, steps }: { readonly classes: number; readonly form: Form; readonly folder: string; readonly steps: number },
): Promise<Uint8Array> => {
  const labelled = rows.filter(({ label }) => label !== undefined);
  if (rows.length === 0 || labelled.length < rows.length) throw errors.DISTANCE_NO_LABELS(labelled.length, rows.length);
  const labels = Int32Array.from(rows, ({ label }) => label!);
  const stray = labels.find((label) => label >= classes);
  if (stray !== undefined) throw errors.DISTANCE_LABEL(stray, classes);
  if (labels.every((label) => label === labels[0])) throw errors.DISTANCE_ONE_CLASS(labels[0]!);
  const [height = 1, width = 1, inputs = 1] = form.shape;
  if (form.shape.length > 3 || Math.min(height, width) < 2)
    throw errors.DISTANCE_SHAPE('classifier', `the shape [${form.shape.join(', ')}]`);

  const sorted = [...rows].sort((a, b) => a.hash - b.hash || a.label! - b.label!);
  const hash = createHash('sha256').update(JSON.stringify([SETTINGS, steps, form, classes]));
  for (const [at, { ids, label }] of sorted.entries()) {
    hash.update(ids).update(`${label}\n`);
    if (at % PIECE === 0) await setImmediate();
  }
  const file = join(folder, `classifier-${hash.digest('hex').slice(0, 16)}.onnx`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept) return kept;

  const pictures = new Float32Array(rows.length * form.size);
  for (let begin = 0; begin < rows.length; begin += PIECE) {
    pictures.set(channelsFirst(valuesOf(form, sorted.slice(begin, begin + PIECE)), form.shape), begin * form.size);
    await setImmediate();
  }
  const { batch, features, seed } = SETTINGS;
  const channels = [inputs, ...SETTINGS.channels.slice(0, Math.min(height, width) < 4 ? 1 : 2)];
  const model = await trainClassifier(
    { pictures, labels: Int32Array.from(sorted, ({ label }) => label!) },
    { stack: { channels, places: [height, width], norm: batchNormLayer }, classes, features, steps, batch, seed },
  );
  await mkdir(folder, { recursive: true });
  const aside = `${file}.${process.pid}.part`;
  await writeFile(aside, model);
  await rename(aside, file);
  return model;
};
