import { describe, it } from 'vitest';
import { describeLaws, isDeep } from '../../../core/laws/index.ts';
import ngram from '../../../plugins/ngram/index.ts';

const runs = isDeep() ? {} : { seconds: 1 }; // a training starts a thread: a second is a few of them

await describeLaws(ngram, { order: 3, smoothing: 'kneser-ney' }, { describe, it, ...runs });
