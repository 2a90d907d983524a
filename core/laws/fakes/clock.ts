import { errors } from '../runner/errors.ts';

/** Time that stands still until it is told to go on. */
export interface Clock {
  /** In milliseconds since it was made. */
  now(): number;
  /** Over when the clock was advanced that far; rejects with the signal's reason where that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Goes on by so many milliseconds, waking sleepers in their order, each with its consequences before the next. */
  advance(milliseconds: number): Promise<void>;
  /** Goes on to the next sleeper; throws where there is none. */
  next(): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** A clock for tests of what takes time. */
export const createClock = (): Clock => {
  let time = 0;
  const sleepers: Sleeper[] = [];

  const leave = (sleeper: Sleeper): void => {
    const at = sleepers.indexOf(sleeper);
    if (at >= 0) sleepers.splice(at, 1);
  };
  const advanceTo = async (until: number): Promise<void> => {
    for (;;) {
      await new Promise(setImmediate); // whoever was woken may sleep again
      const first = sleepers.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
      if (!first) break;
      leave(first);
      time = Math.max(time, first.due);
      first.wake();
    }
    time = Math.max(time, until);
  };

  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper: Sleeper = {
          due: time + milliseconds,
          wake() {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = (): void => {
          leave(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
      }),
    advance: (milliseconds) => advanceTo(time + milliseconds),
    async next() {
      await new Promise(setImmediate);
      if (sleepers.length === 0) throw errors.TOO_FAR(time);
      await advanceTo(Math.min(...sleepers.map(({ due }) => due)));
    },
  };
};
