import { answerCalls } from '../../../core/data/thread-answers.ts';
import { type Hints, open } from './open.ts';

const methods = {
  open: ({ path, hints }: { readonly path: string; readonly hints: Hints }) => open(path, hints),
};

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods);
