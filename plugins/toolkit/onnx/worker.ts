import { workerData } from 'node:worker_threads';
import { answerCalls, Moved } from '../../../core/data/thread-answers.ts';
import type { EngineOptions } from './device.ts';
import { Engine, type Guards } from './engine.ts';
import { free } from './free.ts';
import type { Fed, Program } from './program.ts';

const { options, seed } = workerData as { readonly options: EngineOptions; readonly seed: number };
const started = Engine.start(options, seed);
const engine = started.catch(() => undefined);

/** A run of a program. */
interface Run {
  readonly program: number;
  readonly feeds: Readonly<Record<string, Fed>>;
  readonly guards: Guards | undefined;
}

const methods = {
  device: async () => (await started).device,
  open: async (program: Program) => (await started).open(program),
  /** What it hands back is nobody else's, so it moves to the asker. */
  run: async ({ program, feeds, guards }: Run) => {
    const ran = await (await started).run(program, feeds, guards);
    free(Object.values(feeds).map(({ data }) => data.buffer));
    return new Moved(
      ran,
      Object.values(ran.outputs).map(({ data }) => data.buffer),
    );
  },
  read: async (names: readonly string[] | undefined) => (await started).read(names),
  write: async (values: Readonly<Record<string, Fed>>) => (await started).write(values),
  random: async (state: readonly number[] | undefined) => {
    const running = await started;
    if (state !== undefined) running.random = state;
    return running.random;
  },
  release: async (program: number) => (await started).release(program),
};

/** What can be asked of the engine in the other thread. */
export type Methods = typeof methods;

answerCalls(methods, async () => (await engine)?.close());
