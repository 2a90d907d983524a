import { describe, it } from 'vitest';
import { describeLaws } from '../../../core/laws/index.ts';
import ngram from '../../../plugins/ngram/index.ts';

describeLaws(ngram, { order: 3 }, { describe, it });
