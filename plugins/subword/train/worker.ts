import { parentPort, workerData } from 'node:worker_threads';
import { StagewrightError } from '../../../core/index.ts';
import { errors } from '../errors.ts';
import { compileAs, type Opened } from '../files/open.ts';
import { Counter } from './counter.ts';
import { learn } from './learn.ts';
import type { Plan } from './plan.ts';

/** What the thread is told after its plan: texts to count, or the end of the corpus. */
export type Command = { readonly kind: 'texts'; readonly texts: readonly string[] } | { readonly kind: 'learn' };

/** What it answers: texts are counted, so many tokens stand, the tokenizer, a fault. */
export type Reply =
  | { readonly kind: 'counted'; readonly pieces: number }
  | { readonly kind: 'learned'; readonly tokens: number }
  | { readonly kind: 'done'; readonly opened: Opened }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const plan = workerData as Plan;
let counter: Counter | undefined;
const answer = (reply: Reply): void => parentPort!.postMessage(reply);

const obey = (command: Command): void => {
  counter ??= new Counter(plan);
  if (command.kind === 'texts') {
    for (const text of command.texts) counter.read(text);
    answer({ kind: 'counted', pieces: counter.size });
    return;
  }
  const learning = learn(plan, counter.pieces());
  counter = undefined;
  let step = learning.next();
  for (; !step.done; step = learning.next()) answer({ kind: 'learned', tokens: step.value });
  answer({ kind: 'done', opened: compileAs(step.value.spec, step.value.config) });
};

parentPort!.on('message', (command: Command) => {
  try {
    obey(command);
  } catch (error) {
    const known = error instanceof RangeError ? errors.NO_MEMORY(plan.kind) : error; // no room for a larger array
    if (!(known instanceof StagewrightError)) throw error;
    answer({ kind: 'failed', code: known.code, message: known.message });
  }
});
