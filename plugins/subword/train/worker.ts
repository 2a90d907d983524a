import { workerData } from 'node:worker_threads';
import { type Asker, answerCalls } from '../../../core/data/thread-answers.ts';
import { errors } from '../errors.ts';
import { compileAs, type OpenedTokenizer } from '../files/open.ts';
import { Counter } from './counter.ts';
import { learn } from './learn.ts';
import type { Plan } from './plan.ts';

const plan = workerData as Plan;
let counter: Counter | undefined;

/** Does something, and words a lack of room for a larger array. */
const withinMemory = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw error instanceof RangeError ? errors.NO_MEMORY(plan.kind) : error;
  }
};

const methods = {
  /** Counts texts, and says how many pieces there are. */
  count: (texts: readonly string[]): number =>
    withinMemory(() => {
      counter ??= new Counter(plan);
      for (const text of texts) counter.read(text);
      return counter.size;
    }),
  /** The tokenizer of all that was counted; tells how many of its tokens stand. */
  learn: (_: undefined, asker: Asker<number>): OpenedTokenizer =>
    withinMemory(() => {
      const learning = learn(plan, (counter ?? new Counter(plan)).pieces());
      counter = undefined;
      let step = learning.next();
      for (; !step.done; step = learning.next()) asker.tell(step.value);
      return compileAs(step.value.spec, step.value.config);
    }),
};

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods);
