import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Observable } from 'rxjs';
import { type Heading, headOf, unwrap } from '../data/envelope.ts';
import { createRandom } from '../data/random.ts';
import type { Tokens } from '../data/tokens.ts';
import { blame } from '../decode-loop/guard.ts';
import { follow } from '../decode-loop/stream.ts';
import { errors, type StagewrightError } from '../errors.ts';
import type { RawItem } from '../stages/read.ts';
import type { FittedTokenizer, Tokenizer } from '../stages/tokenize.ts';
import type { Artifact, Corpus, ProgressEvent, Trainer } from '../stages/train.ts';
import { loadArtifacts, makeFolder, writeWhole } from './store.ts';

/** A word about a pipeline's training: which of its stages learns, and how far that is. */
export interface TrainingEvent {
  readonly stage: 'tokenize' | 'train';
  readonly progress: ProgressEvent;
  /** What its sample spells, where it has one. */
  readonly sample?: string;
}

/** What a training needs to know besides what it trains. */
export interface TrainingPlace {
  /** Where it keeps what it takes to go on after an interruption. */
  readonly workbench: string;
  readonly signal: AbortSignal;
  readonly say: (word: TrainingEvent) => void;
  /** Milliseconds that pass. */
  readonly now: () => number;
}

/** Fits a tokenizer, where it is one that learns and is kept, unless an interrupted training already has. */
export const fitTokenizer = async (
  tokenizer: Tokenizer,
  name: string,
  items: () => AsyncIterable<RawItem>,
  { workbench, signal, say }: TrainingPlace,
): Promise<void> => {
  if (!('fit' in tokenizer)) return;
  const learner = tokenizer as FittedTokenizer & Artifact;
  const done = join(workbench, 'tokenizer.done');
  if (await exists(done)) return loadArtifacts(workbench, [learner]);
  const labels = tokenizer.given !== undefined;
  const follows = (words: Observable<ProgressEvent>) =>
    learned(words, signal, 'fit', name, (progress) => say({ stage: 'tokenize', progress }));
  await follows(learner.fit(raws(items(), labels ? 'rows' : 'both')));
  const given = tokenizer.given as Partial<FittedTokenizer> | undefined;
  if (given?.fit) await follows(given.fit(raws(items(), 'given')));
  await makeFolder(workbench);
  await learner.save(workbench);
  await writeWhole(done, '');
};

/** Trains, writing checkpoints on the way, and going on from one where it stands; answers the log of figures, a JSON line each. */
export const trainBackend = async (
  trainer: Trainer,
  name: string,
  corpus: Corpus,
  {
    workbench,
    signal,
    say,
    now,
    seed,
    every,
    spell,
  }: TrainingPlace & {
    readonly seed: number;
    readonly every: number;
    readonly spell: (sample: Tokens) => unknown;
  },
): Promise<string> => {
  const path = join(workbench, 'checkpoint.bin');
  const kept = await readCheckpoint(path);
  let log = kept?.log ?? '';
  let last = now();
  let writing: Promise<void> | undefined;
  let fault: unknown;
  const words = trainer.train(corpus, { random: createRandom(seed), signal, ...(kept && { checkpoint: kept.state }) });
  await learned(words, signal, 'train', name, (progress) => {
    const { checkpoint, figures, warning, done, total, unit } = progress;
    const raw = progress.sample && spell(progress.sample);
    const sample = typeof raw === 'string' ? { sample: raw } : {};
    say({ stage: 'train', progress, ...sample });
    if (figures || warning) log += `${JSON.stringify({ done, total, unit, ...figures, warning, ...sample })}\n`;
    if (!checkpoint || writing || now() - last < every * 1000) return;
    const written = log;
    writing = Promise.resolve(checkpoint()) // asked at once, since it is the state of this word
      .then((state) => writeCheckpoint(path, written, state))
      .catch((error) => {
        fault ??= error;
      })
      .finally(() => {
        writing = undefined;
        last = now();
      });
  }).finally(() => writing);
  if (fault) throw fault;
  return log;
};

async function* raws(items: AsyncIterable<RawItem>, which: 'rows' | 'given' | 'both'): AsyncGenerator<unknown> {
  for await (const { raw, given } of items) {
    if (which !== 'given') yield raw;
    if (which !== 'rows' && given !== undefined) yield given;
  }
}

/** Hears what a stage says while it learns; an error says whose it is. */
const learned = (
  words: Observable<ProgressEvent>,
  signal: AbortSignal,
  verb: string,
  name: string,
  next: (progress: ProgressEvent) => void,
): Promise<void> =>
  follow(words, next, signal).catch((error) => {
    throw signal.aborted ? error : blame(verb, name, error);
  });

/** What a checkpoint file says of itself: whose it is, and how many bytes of its body are the log. */
interface Kept extends Heading {
  readonly log: number;
}

/** A pipeline's workbench bears its fingerprint, so that a checkpoint which was brought from elsewhere is known. */
const headingOf = (path: string): Heading => ({ kind: 'training', identity: { pipeline: basename(dirname(path)) } });

/** A checkpoint file: the log, and behind it the trainer's state. */
const writeCheckpoint = (path: string, log: string, state: Uint8Array): Promise<void> => {
  const text = Buffer.from(log);
  const heading: Kept = { ...headingOf(path), log: text.length };
  return writeWhole(path, [headOf(heading, [text, state]), text, state]);
};

/** The log and the state of a checkpoint, where one stands. Throws CHECKPOINT_UNREADABLE. */
const readCheckpoint = async (path: string): Promise<{ log: string; state: Uint8Array } | undefined> => {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw errors.CHECKPOINT_UNREADABLE(path, cause.message).because(cause);
  });
  if (!bytes) return undefined;
  const fault = (what: string): StagewrightError => errors.CHECKPOINT_UNREADABLE(path, what);
  const mismatch = (what: string, found: string, wanted: string): StagewrightError =>
    fault(`it is of the ${what} ${found} and not ${wanted}`);
  const { heading, body } = unwrap<Kept>(bytes, headingOf(path), { fault, mismatch });
  const { log } = heading;
  if (!(Number.isInteger(log) && log >= 0 && log <= body.length)) throw fault('it does not say where its log ends');
  return { log: Buffer.from(body.buffer, body.byteOffset, log).toString(), state: body.slice(log) };
};

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
