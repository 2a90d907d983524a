import fc from 'fast-check';
import { createRandom } from '../../data/random.ts';
import { isAbort } from '../../errors.ts';
import { seed } from '../arbitraries/tokens.ts';
import { createCorpus } from '../fakes/corpus.ts';
import { demand, type Law, law } from '../law.ts';
import { bytesIn, differing, predictAlike, saved, train, withFolder, withLearner } from '../probes/learning.ts';
import { place, type TrainerSubject } from '../subjects/subjects.ts';

interface Sample {
  readonly seed: number;
  /** At which word something happens, modulo how many there are. */
  readonly at: number;
}

const sampled = (): fc.Arbitrary<Sample> => fc.record({ seed: seed(), at: place() });

/** How long a thread that was told to end may take on a busy machine, in milliseconds. */
const PATIENCE = 5000;

/** Turns of the event loop until something holds, for as long as patience lasts. */
const settle = async (holds: () => boolean): Promise<void> => {
  for (const begun = performance.now(); !holds() && performance.now() - begun < PATIENCE; )
    await new Promise((resolve) => setTimeout(resolve, 1));
};

/** A law of one training. */
const trains = (name: string, sentence: string, check: (subject: TrainerSubject, sample: Sample) => Promise<void>): Law<TrainerSubject> =>
  law<TrainerSubject, Sample>({ name, sentence, stage: 'train', arbitrary: sampled, check });

/** What a training saves. */
const learned = (subject: TrainerSubject, seed: number, before?: (batch: number) => Promise<void>) =>
  withLearner(subject, async (learner) => {
    const { ended, error, words } = await train(learner, createCorpus(subject.rows, { seed, ...(before && { before }) }), { seed });
    demand(ended === 'complete', 'the training does not complete', { found: error });
    return { files: await saved(learner), words };
  });

const demandSame = (expected: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>): void => {
  const differ = differing(expected, found);
  demand(differ.length === 0, 'other bytes were learned', { files: differ });
};

/** What holds of trainers. */
export const trainLaws: readonly Law<TrainerSubject>[] = [
  trains('train/finite', 'Every figure on the way is a finite number.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      const { words } = await train(learner, createCorpus(subject.rows, { seed }), { seed });
      for (const { figures = {} } of words)
        for (const [figure, found] of Object.entries(figures)) demand(Number.isFinite(found), 'a figure is not finite', { figure, found });
    }),
  ),

  trains('train/forward', 'Progress goes forward in one unit, to its total and not beyond, and completes.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      const { words, ended, error } = await train(learner, createCorpus(subject.rows, { seed }), { seed });
      demand(ended === 'complete' && words.length > 0, 'it does not complete, or says nothing', { found: error });
      words.forEach(({ done, total, unit }, i) => {
        const before = words[i - 1];
        demand(done >= (before?.done ?? 0) || unit !== before?.unit, 'progress goes back', { expected: before?.done, found: done });
        demand(total === undefined || done <= total, 'progress exceeds its total', { expected: total, found: done });
      });
    }),
  ),

  trains('train/same-seed', 'The same corpus, settings and seed give the same bytes.', async (subject, { seed }) => {
    const [one, other] = [await learned(subject, seed), await learned(subject, seed)];
    demandSame(one.files, other.files);
  }),

  trains('train/at-any-speed', 'A corpus served haltingly is learned to the same bytes.', async (subject, { seed, at }) => {
    const halting = async (batch: number): Promise<void> => {
      if (batch % (1 + (at % 3)) === 0) await new Promise((resolve) => setImmediate(resolve));
    };
    demandSame((await learned(subject, seed)).files, (await learned(subject, seed, halting)).files);
  }),

  trains(
    'train/resumed',
    'Interrupted and resumed from a checkpoint, the result is the same bytes as uninterrupted.',
    async (subject, { seed, at }) => {
      const whole = await learned(subject, seed);
      const checkpoint = await withLearner(subject, async (learner) => {
        const word = 1 + (at % whole.words.length);
        let taken: Uint8Array | Promise<Uint8Array> | undefined;
        await train(learner, createCorpus(subject.rows, { seed }), {
          seed,
          heard(progress, number) {
            if (number === word) taken = progress.checkpoint?.();
            return number === word;
          },
        });
        return (await taken)?.slice();
      });
      if (checkpoint === undefined) return; // this word offers none
      await withLearner(subject, async (learner) => {
        const { ended, error } = await train(learner, createCorpus(subject.rows, { seed }), { seed, from: checkpoint });
        demand(ended === 'complete', 'the resumed training does not complete', { found: error });
        demandSame(whole.files, await saved(learner));
      });
    },
  ),

  trains('train/saved-is-loaded', 'What was saved and loaded again saves the same bytes.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      await train(learner, createCorpus(subject.rows, { seed }), { seed });
      await withFolder(async (folder) => {
        for (const artifact of learner.artifacts) await artifact.save(folder);
        const files = await bytesIn(folder);
        await withLearner(subject, async (other) => {
          for (const artifact of other.artifacts) await artifact.load(folder);
          demandSame(files, await saved(other));
        });
      });
    }),
  ),

  trains(
    'train/kept',
    'What was learned is kept: there is something to save, and a model that loaded it predicts as the trained one does.',
    (subject, { seed, at }) =>
      withLearner(subject, async (learner) => {
        demand(learner.artifacts.length > 0, 'nothing is kept: neither the model nor encode, attend or decode has save and load');
        await train(learner, createCorpus(subject.rows, { seed }), { seed });
        await withFolder(async (folder) => {
          for (const artifact of learner.artifacts) await artifact.save(folder);
          await withLearner(subject, async (other) => {
            for (const artifact of other.artifacts) await artifact.load(folder);
            await predictAlike(subject, [learner, other], subject.rows[at % subject.rows.length]!, seed);
          });
        });
      }),
  ),

  trains(
    'train/leaving-stops',
    'Leaving the stream stops the training: the corpus is let go, and no more of it is read.',
    (subject, { seed, at }) =>
      withLearner(subject, async (learner) => {
        const corpus = createCorpus(subject.rows, { seed });
        const word = 1 + (at % 3);
        const { ended } = await train(learner, corpus, { seed, heard: (_, number) => number === word });
        await settle(() => corpus.open() === 0);
        const served = corpus.served();
        demand(corpus.open() === 0, 'the corpus is never let go', { ended, open: corpus.open() });
        for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
        demand(corpus.served() === served, 'the corpus is read on', { expected: served, found: corpus.served() });
      }),
  ),

  trains('train/aborting-stops', 'When its signal aborts, a training ends, and the corpus is let go.', (subject, { seed, at }) =>
    withLearner(subject, async (learner) => {
      const corpus = createCorpus(subject.rows, { seed });
      const leaving = new AbortController();
      const word = 1 + (at % 3);
      const { ended, error, words } = await train(learner, corpus, {
        seed,
        signal: leaving.signal,
        heard: (_, number) => {
          if (number === word) leaving.abort();
        },
      });
      demand(ended !== 'error' || isAbort(error), 'another error than that of leaving', { found: error });
      const { length } = words;
      await settle(() => corpus.open() === 0);
      demand(corpus.open() === 0, 'the corpus is never let go', { open: corpus.open() });
      const { words: all } = await withLearner(subject, (other) => train(other, createCorpus(subject.rows, { seed }), { seed }));
      demand(length <= Math.max(word + 2, Math.ceil(all.length / 2)) || all.length <= word + 2, 'it goes on as if nothing had happened', {
        expected: word,
        found: length,
      });
    }),
  ),

  trains('train/corpus-fails', 'An error of the corpus reaches the reader.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      let thrown = false;
      const corpus = createCorpus(subject.rows, {
        seed,
        before() {
          thrown = true;
          throw new Error('the corpus broke off');
        },
      });
      const { ended } = await train(learner, corpus, { seed });
      demand(!thrown || ended === 'error', 'the error was swallowed', { expected: 'error', found: ended });
    }),
  ),

  trains('train/starts-when-heard', 'Nothing is read before somebody listens.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      const corpus = createCorpus(subject.rows, { seed });
      const stream = learner.trainer.train(corpus, { random: createRandom(seed), signal: new AbortController().signal });
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
      demand(
        corpus.open() === 0 && corpus.served() === 0 && typeof stream.subscribe === 'function',
        'the corpus is read with nobody listening',
        {
          found: corpus.served(),
        },
      );
    }),
  ),

  trains('train/rows-untouched', 'The rows of the corpus are never written to.', (subject, { seed }) =>
    withLearner(subject, async (learner) => {
      const before = subject.rows.map(({ tokens }) => tokens.join());
      await train(learner, createCorpus(subject.rows, { seed }), { seed });
      subject.rows.forEach(({ tokens }, i) => {
        demand(tokens.join() === before[i], 'a row was changed', { row: i, expected: before[i], found: tokens });
      });
    }),
  ),
];
