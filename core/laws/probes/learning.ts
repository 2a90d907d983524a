import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prediction } from '../../data/prediction.ts';
import { createRandom } from '../../data/random.ts';
import type { Row } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import type { Corpus, ProgressEvent } from '../../stages/train.ts';
import { backendSubject, type Learner, type TrainerSubject } from '../subjects/subjects.ts';
import { agree } from './agree.ts';
import { predict } from './predict.ts';
import { reading } from './reading.ts';

/** How one training is watched. */
export interface Watching {
  readonly seed: number;
  readonly from?: Uint8Array;
  readonly signal?: AbortSignal;
  /** Hears every word; says whether to leave. */
  readonly heard?: (word: ProgressEvent, number: number) => boolean | void;
}

/** What one training came to. */
export interface Trained {
  readonly words: readonly ProgressEvent[];
  readonly ended: 'complete' | 'left' | 'error';
  readonly error?: unknown;
}

/** One training, to its end or to where it is left. */
export const train = ({ trainer }: Learner, corpus: Corpus, { seed, from, signal, heard }: Watching): Promise<Trained> =>
  new Promise((resolve) => {
    const words: ProgressEvent[] = [];
    const training = { random: createRandom(seed), signal: signal ?? new AbortController().signal, ...(from && { checkpoint: from }) };
    let leaving = false;
    const subscription = trainer.train(corpus, training).subscribe({
      next(word) {
        if (leaving) return;
        words.push(word);
        if (!heard?.(word, words.length)) return;
        leaving = true;
        queueMicrotask(() => {
          subscription.unsubscribe();
          resolve({ words, ended: 'left' });
        });
      },
      error: (error: unknown) => resolve({ words, ended: 'error', error }),
      complete: () => resolve({ words, ended: 'complete' }),
    });
  });

/** Something made, used and closed. */
export const withLearner = async <T>(subject: TrainerSubject, work: (learner: Learner) => Promise<T>): Promise<T> => {
  const learner = await subject.make();
  try {
    return await work(learner);
  } finally {
    await learner.close?.();
  }
};

/** Demands that two learners with stages predict after a row alike, as nearly as these declare. */
export const predictAlike = async (
  { capabilities = {} }: TrainerSubject,
  [{ stages }, { stages: others }]: readonly [Learner, Learner],
  { tokens, ...row }: Row,
  seed: number,
): Promise<void> => {
  if (!stages || !others) return;
  const backend = backendSubject({ stages, vocabulary: 0, capabilities });
  const read = backend.extent === 'whole' ? 0 : (stages.encoder.context ?? tokens.length); // a whole row begins with nothing
  const rows = [{ ...row, tokens: tokens.subarray(0, read) }];
  const predicting = (stages: Stages) => async (seed: number) => {
    let prediction: Prediction | undefined;
    await reading({ ...backend, stages }, async (to) => {
      prediction = await predict(to, { rows, seed });
    });
    return prediction!;
  };
  await agree(backend, predicting(stages), predicting(others), seed);
};

/** A folder that is gone afterwards. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'laws-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** All bytes that a learner saves, each file under its name. */
export const saved = ({ artifacts }: Learner): Promise<Readonly<Record<string, string>>> =>
  withFolder(async (folder) => {
    for (const artifact of artifacts) await artifact.save(folder);
    return bytesIn(folder);
  });

/** The files of a folder, in Latin letters, byte by byte. */
export const bytesIn = async (folder: string): Promise<Record<string, string>> => {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const all = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    await Promise.all(all.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'latin1')] as const)),
  );
};

/** The files whose bytes differ. */
export const differing = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((file) => one[file] !== other[file]);
