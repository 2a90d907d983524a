import { lastValueFrom, toArray } from 'rxjs';
import {
  type Batch,
  type Corpus,
  createRandom,
  EMPTY,
  type ProgressEvent,
  type Row,
  type Task,
  type Tokenizer,
  type TrainingContext,
  type TSchema,
} from '../../../core/index.ts';
import { createCorpus } from '../../../core/laws/index.ts';
import { validate } from '../../../core/settings/validate.ts';
import { GanAttention } from '../../../plugins/gan/attend.ts';
import { GanDecoder } from '../../../plugins/gan/decode.ts';
import { GanEncoder } from '../../../plugins/gan/encode.ts';
import { GanModel } from '../../../plugins/gan/model.ts';
import { GanOptions, type GanSettings, GanTraining, type TrainingSettings } from '../../../plugins/gan/options.ts';
import { GanTrainer } from '../../../plugins/gan/train.ts';

/** What a GAN asks of a tokenizer. */
export const tokenizerOf = (of: Partial<Tokenizer>): Tokenizer => ({ fingerprint: 'made', ...of }) as Tokenizer;

const filled = <T>(schema: TSchema, some: Partial<T>): T => {
  const settings = { ...some };
  expectNone(validate(schema, settings));
  return settings as T;
};

const expectNone = (faults: readonly { readonly message: string }[]): void => {
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join(' '));
};

/** Settings with their defaults. */
export const settingsOf = (some: Partial<GanSettings> = {}): GanSettings => filled(GanOptions, some);
export const trainingOf = (some: Partial<TrainingSettings> = {}): TrainingSettings => filled(GanTraining, some);

/** A GAN, untrained. */
export const ganOf = (tokenizer: Tokenizer, settings: Partial<GanSettings> = {}): GanModel => new GanModel(settingsOf(settings), tokenizer);

/** Trains a GAN to its end; answers all that was said. */
export const train = (
  model: GanModel,
  rows: readonly Row[] | Corpus,
  settings: Partial<TrainingSettings>,
  run: Partial<TrainingContext> = {},
): Promise<ProgressEvent[]> => {
  const training = { random: createRandom(1), signal: new AbortController().signal, ...run };
  return lastValueFrom(
    new GanTrainer(model, trainingOf({ threads: 1, ...settings }))
      .train('read' in rows ? rows : createCorpus(rows), training)
      .pipe(toArray()),
  );
};

/** What is asked for, row by row. */
export interface Asked {
  readonly given?: Int32Array;
  readonly task?: Task;
  readonly tokens?: Int32Array;
  readonly seed?: number;
}

/** What a GAN says to such rows. */
export const say = async (model: GanModel, asked: Batch<Asked>) => {
  const run = {
    random: asked.map(({ seed }, at) => createRandom(7, seed ?? at)),
    given: asked.map(({ given }) => given),
    task: asked.map(({ task }) => task),
    signal: new AbortController().signal,
  };
  const hidden = new GanEncoder(model).encode(
    asked.map(({ tokens }) => tokens ?? EMPTY),
    run,
  );
  const attended = new GanAttention().attend(
    hidden,
    asked.map(() => undefined),
    run,
  );
  const prediction = await new GanDecoder(model).decode((await attended).hidden);
  if (prediction.kind !== 'point') throw new Error('a GAN predicts points');
  return prediction;
};
