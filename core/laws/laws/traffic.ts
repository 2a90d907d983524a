import fc from 'fast-check';
import type { Batch } from '../../data/tokens.ts';
import { interleave } from '../../decode-loop/interleave.ts';
import type { Step } from '../../decode-loop/loop.ts';
import { assemble } from '../../decode-loop/model.ts';
import { sharedPrompts } from '../../decode-loop/shared-prompt.ts';
import type { Sampler } from '../../stages/sample.ts';
import { type Action, schedule } from '../arbitraries/schedule.ts';
import { batch, type Prompt, prompt, seed } from '../arbitraries/tokens.ts';
import { demand, type Law, law } from '../law.ts';
import { ledger } from '../probes/ledger.ts';
import { comparable, requestOf, sameStory, story } from '../probes/story.ts';
import { askedOf, type BackendSubject, contextOf, nextOnly, rowOf } from '../subjects/subjects.ts';

const several = (subject: BackendSubject): fc.Arbitrary<Batch<Prompt>> => batch(askedOf(subject), { min: 2, max: 4 });

/** What each request tells with nobody near. */
const alone = async (subject: BackendSubject, requests: Batch<Prompt>): Promise<Step[][]> => {
  const model = assemble(subject.stages);
  const all: Step[][] = [];
  for (const one of requests) all.push(await story(subject.loop, model, subject.sampler, requestOf(one)));
  return all;
};

/** One turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How long the law of turns waits for a timer that is due, in milliseconds. */
const PATIENCE = 500;

/** How long a slow backend's last memory is waited for, in milliseconds. */
const LAST = 20_000;

/** What holds where many requests meet, come and go. */
export const trafficLaws: readonly Law<BackendSubject>[] = [
  law<BackendSubject, { asked: Batch<Prompt>; width: number; chunk: number }>({
    name: 'generate/alone-or-shared',
    sentence: 'Requests that share a backend tell what each tells alone, however their prefills are cut, and nothing stays open.',
    stage: 'generate',
    silent: comparable,
    arbitrary: (subject) =>
      fc.record({ asked: several(subject), width: fc.integer({ min: 1, max: 4 }), chunk: fc.integer({ min: 1, max: 9 }) }),
    async check(subject, { asked, width, chunk }) {
      const expected = await alone(subject, asked);
      const book = ledger(subject.stages);
      const model = subject.loop.shared(assemble(book.stages), width, subject.extent === 'next' ? chunk : undefined);
      const found = await Promise.all(asked.map((one) => story(subject.loop, model, subject.sampler, requestOf(one))));
      for (const [i, steps] of found.entries()) sameStory(subject, expected[i]!, steps);
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Batch<Prompt>; actions: readonly Action[] }>({
    name: 'generate/at-its-readers-pace',
    sentence:
      'However readers of a shared backend pull, rest and leave, each is told a beginning of what it is told alone, and nothing stays open.',
    stage: 'generate',
    silent: comparable,
    arbitrary: (subject) => fc.record({ asked: several(subject), actions: schedule(4) }),
    async check(subject, { asked, actions }) {
      const expected = await alone(subject, asked);
      const book = ledger(subject.stages);
      const model = subject.loop.shared(assemble(book.stages), 3, subject.extent === 'next' ? 3 : undefined);
      const readers = asked.map((one) => subject.loop.steps(model, subject.sampler, requestOf(one)));
      const found: Step[][] = asked.map(() => []);
      const busy: Promise<unknown>[] = asked.map(() => Promise.resolve());
      for (const { of, does } of actions) {
        const i = of % asked.length;
        if (does === 'pause') await turn();
        if (does === 'leave') busy[i] = busy[i]!.then(() => readers[i]!.return());
        if (does === 'pull')
          busy[i] = busy[i]!.then(async () => {
            const { value, done } = await readers[i]!.next();
            if (!done && value) found[i]!.push(value);
          });
      }
      await Promise.all(busy);
      await Promise.all(readers.map((reader) => reader.return()));
      for (const [i, steps] of found.entries()) sameStory(subject, expected[i]!, steps, true);
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Batch<Prompt>; at: number; how: 'throws' | 'aborts' }>({
    name: 'generate/neighbours-unharmed',
    sentence: 'A request that fails or is aborted takes none of those with it that share its backend.',
    stage: 'generate',
    silent: comparable,
    arbitrary: (subject) =>
      fc.record({ asked: several(subject), at: fc.nat(3), how: fc.constantFrom('throws' as const, 'aborts' as const) }),
    async check(subject, { asked, at, how }) {
      const [bad, ...good] = asked;
      const expected = await alone(subject, good);
      const book = ledger(subject.stages);
      const model = subject.loop.shared(assemble(book.stages), 4);
      const leaving = new AbortController();
      let step = 0;
      const breaking: Sampler = {
        ...(subject.sampler.reads && { reads: subject.sampler.reads }),
        release: (state) => subject.sampler.release?.(state),
        sample(...asked) {
          if (step++ < at) return subject.sampler.sample(...asked);
          if (how === 'throws') throw new Error('a sampler of its own accord');
          leaving.abort();
          return subject.sampler.sample(...asked);
        },
      };
      const dying = story(subject.loop, model, breaking, requestOf(bad!, leaving.signal)).catch(() => undefined);
      const found = await Promise.all(good.map((one) => story(subject.loop, model, subject.sampler, requestOf(one))));
      await dying;
      for (const [i, steps] of found.entries()) sameStory(subject, expected[i]!, steps);
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Prompt; readers: Batch<{ seed: number; leaves: number }>; width: number; keep: number }>({
    name: 'generate/prompt-read-once',
    sentence:
      'Requests that share what was read of their prompt tell what each tells alone, whoever begins late or leaves, and nothing stays open.',
    stage: 'generate',
    silent: (subject) =>
      nextOnly(subject) ?? comparable(subject) ?? (subject.sampler.reads === 'all' ? 'its sampler reads all of a prompt' : undefined),
    arbitrary: (subject) =>
      fc.record({
        asked: askedOf(subject),
        readers: batch(fc.record({ seed: seed(), leaves: fc.nat(8) }), { min: 2, max: 5 }),
        width: fc.integer({ min: 1, max: 3 }),
        keep: fc.nat(1),
      }),
    async check(subject, { asked, readers, width, keep }) {
      const each = readers.map(({ seed }) => ({ ...asked, luck: [], seed }));
      const expected = await alone(subject, each);
      const book = ledger(subject.stages);
      const model = subject.loop.shared(assemble(book.stages), 4);
      const prompts = sharedPrompts(model, { uses: () => readers.length, keep, signal: new AbortController().signal });
      const found: Step[][] = readers.map(() => []);
      const reader = async function* (i: number): AsyncGenerator<void, void> {
        for await (const step of subject.loop.steps(prompts.modelOf(0), subject.sampler, requestOf(each[i]!))) {
          if (found[i]!.push(step) > readers[i]!.leaves) return;
          yield;
        }
      };
      for await (const _ of interleave(
        readers.map((_, i) => reader(i)),
        width,
        prompts.close,
      ));
      for (const [i, steps] of found.entries()) sameStory(subject, expected[i]!, steps, true);
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Prompt; after: number }>({
    name: 'generate/nothing-after-leaving',
    sentence: 'After a reader unsubscribes it is told nothing, no further reading begins, and nothing stays open.',
    stage: 'generate',
    arbitrary: (subject) => fc.record({ asked: askedOf(subject), after: fc.nat(3) }),
    async check(subject, { asked, after }) {
      const book = ledger(subject.stages);
      let heard = 0;
      let late = 0;
      let reads = 0;
      await new Promise<void>((resolve, reject) => {
        let left = false;
        const leave = (): void => {
          left = true;
          reads = book.reads();
          subscription.unsubscribe();
          resolve();
        };
        const subscription = subject.loop
          .generate(
            assemble(book.stages),
            subject.sampler,
            requestOf({ ...asked, limit: Math.min(64, contextOf(subject) - asked.prompt.tokens.length + 1) }),
          )
          .subscribe({
            next() {
              if (left) late++;
              else if (++heard > after) queueMicrotask(leave);
            },
            error: (error) => (left ? resolve() : reject(error)),
            complete: () => {
              reads = book.reads();
              resolve();
            },
          });
      });
      for (let i = 0; i < 64 && (book.held() > 0 || i < 4); i++) await turn();
      for (const begun = performance.now(); book.held() > 0 && performance.now() - begun < LAST; ) await turn();
      demand(late <= 1, 'steps are told after leaving', { found: late });
      demand(book.reads() <= reads + 1, 'readings begin after leaving', { expected: reads, found: book.reads() });
      book.settle();
    },
  }),

  law<BackendSubject, { asked: Prompt }>({
    name: 'generate/others-have-their-turn',
    sentence: 'While a row is generated the event loop stays free: a timer that is due is heard before the row is long.',
    stage: 'generate',
    share: 0.05,
    silent: ({ extent }) => (extent === 'next' ? undefined : 'a whole row is few steps'),
    arbitrary: (subject) => fc.record({ asked: prompt(rowOf(subject, 0.5), subject.vocabulary) }),
    async check(subject, { asked: { stop: _, ...asked } }) {
      const book = ledger(subject.stages);
      const model = assemble(book.stages);
      const leaving = new AbortController();
      const timer = setTimeout(() => leaving.abort(), 0);
      const begun = performance.now();
      let late = 0; // a process that was put to sleep itself has its turn at the next step
      const short = Math.min(64, subject.stages.encoder.context ?? 64);
      const sampler: Sampler = {
        sample(_prediction, rows) {
          if (performance.now() - begun > PATIENCE) late++;
          demand(late < 4, 'no timer was heard', { milliseconds: PATIENCE });
          const fresh = [asked.prompt.tokens.slice(0, 1)];
          return rows[0]!.length < short || short === 1 ? { inputIds: fresh } : { inputIds: fresh, rollback: [1] };
        },
      };
      const outcome = await story(subject.loop, model, sampler, { ...requestOf({ ...asked, limit: 100_000 }, leaving.signal) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      clearTimeout(timer);
      demand(leaving.signal.aborted, 'no timer was heard', { found: outcome });
      book.settle();
    },
  }),
];
