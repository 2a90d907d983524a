import { slice } from '../data/prediction.ts';
import type { Model, Read, Reading } from '../stages/model.ts';

interface Waiting {
  readonly reading: Reading;
  resolve(result: Read): void;
  reject(error: unknown): void;
}

/** Many requests through one backend: whoever asks while a reading runs shares the next one, of at most `width` rows; joining, leaving and pausing need nothing more. */
export const shared = (model: Model, width: number): Model => {
  const waiting: Waiting[] = [];
  let busy = false;

  const join = async (asked: readonly Waiting[]): Promise<void> => {
    if (asked.length === 1) return alone(asked[0]!);
    try {
      const { prediction, memory } = await model.read(merge(asked));
      let begin = 0;
      for (const { reading, resolve } of asked) {
        const end = begin + reading.fresh.length;
        resolve({ prediction: slice(prediction, begin, end), memory: memory.slice(begin, end) });
        begin = end;
      }
    } catch {
      for (const one of asked) await alone(one); // memory is a value: each may be tried again, and its error is its own
    }
  };

  const alone = async ({ reading, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await model.read(reading));
    } catch (error) {
      reject(error);
    }
  };

  const drain = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      await new Promise(setImmediate); // all who were just answered may ask again
      const asked: Waiting[] = [];
      for (let rows = 0; waiting.length > 0; ) {
        rows += waiting[0]!.reading.fresh.length;
        if (rows > width && asked.length > 0) break;
        asked.push(waiting.shift()!);
      }
      const here: Waiting[] = [];
      for (const one of asked) {
        if (one.reading.signal.aborted) one.reject(one.reading.signal.reason);
        else here.push(one);
      }
      if (here.length > 0) await join(here);
    }
    busy = false;
  };

  return {
    ...model,
    read: (reading) =>
      new Promise((resolve, reject) => {
        waiting.push({ reading, resolve, reject });
        if (!busy) void drain();
      }),
  };
};

/** One reading of all rows; it is aborted by nobody, since neighbours wait for it. */
const merge = (asked: readonly Waiting[]): Reading => ({
  fresh: asked.flatMap(({ reading }) => reading.fresh),
  memory: asked.flatMap(({ reading }) => reading.memory),
  positions: asked.flatMap(({ reading }) => reading.positions),
  random: asked.flatMap(({ reading }) => reading.random),
  given: asked.flatMap(({ reading }) => reading.given),
  task: asked.flatMap(({ reading }) => reading.task),
  signal: NEVER,
});

const NEVER = new AbortController().signal;
