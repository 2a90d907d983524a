import { answerCalls } from '../../core/data/thread-answers.ts';
import { measureNow } from './measures/job.ts';

const methods = { measure: measureNow };

/** What can be asked of the thread. */
export type Methods = typeof methods;

answerCalls(methods);
