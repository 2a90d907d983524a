import { appendFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { type Asker, answerCalls, Moved } from '../../../../core/data/thread-answers.ts';
import { StagewrightError } from '../../../../core/errors.ts';

const { log } = workerData as { readonly log: string };
const done: string[] = [];

const methods = {
  echo: (input: unknown) => input,
  /** Whether the array arrived without its asker's; it moves on to the asker. */
  move: (array: Float32Array) => new Moved({ array, first: array[0] }, [array.buffer]),
  typed: () => {
    throw new StagewrightError('SOME_CODE', 'This went wrong.', new RangeError('since it is too long', { cause: { no: 'error' } }));
  },
  round: () => {
    const error: Error = new StagewrightError('ROUND', 'It bites its tail.');
    error.cause = error;
    throw error;
  },
  untyped: () => {
    throw Object.assign(new TypeError('no function'), { code: 'ERR_SOME' });
  },
  thrown: () => {
    throw 'a text';
  },
  uncloneable: () => () => undefined,
  count: (to: number, asker: Asker<number>) => {
    for (let i = 1; i <= to; i++) asker.tell(i);
    if (to > 5) throw new StagewrightError('TOO_FAR', 'That is too far.');
    return `${to} in all`;
  },
  /** Ends only when its asker is gone. */
  wait: async (_: undefined, asker: Asker<'begun'>) => {
    asker.tell('begun');
    for (;;) {
      await new Promise(setImmediate);
      asker.throwIfGone();
    }
  },
  note: (text: string) => {
    done.push(text);
  },
  noted: () => done,
  late: async (text: string) => {
    for (let i = 0; i < 50; i++) await new Promise(setImmediate);
    done.push(text);
  },
  fall: () => {
    throw new Error('nobody waits');
  },
  die: () => process.exit(3),
};

/** What can be asked of this thread. */
export type Methods = typeof methods;

answerCalls(methods, () => appendFileSync(log, `${done.join(',')};`));
