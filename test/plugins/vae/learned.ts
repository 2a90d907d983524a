import { lastValueFrom, toArray } from 'rxjs';
import { type Batch, createRandom, type ProgressEvent, type Row, type Tokenizer } from '../../../core/index.ts';
import { createCorpus } from '../../../core/laws/fakes/corpus.ts';
import { VaeModel } from '../../../plugins/vae/model.ts';
import { VaeTrainer } from '../../../plugins/vae/train.ts';
import { settingsOf, trainingOf } from './made.ts';

/** Rows of so many ids below `levels`, all different in some place, with a label where there are classes. */
export const rowsOf = (count: number, length: number, levels: number, classes = 0): Batch<Row> =>
  Array.from({ length: count }, (_, row) => ({
    tokens: Int32Array.from({ length }, (_, at) => (row * (at + 1) + (at >> 1)) % levels),
    ...(classes > 0 && { given: Int32Array.of(row % classes) }),
  }));

/** A model that has learned rows, with what the training said; close it. */
export const learned = async (
  settings: object,
  training: object,
  tokenizer: Tokenizer,
  rows: Batch<Row>,
): Promise<{ readonly model: VaeModel; readonly words: readonly ProgressEvent[] }> => {
  const model = new VaeModel(settingsOf({ threads: 1, ...settings }), tokenizer);
  const run = { random: createRandom(1), signal: new AbortController().signal };
  const words = await lastValueFrom(new VaeTrainer(model, trainingOf(training)).train(createCorpus(rows), run).pipe(toArray()));
  return { model, words };
};
