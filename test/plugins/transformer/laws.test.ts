import { describe, it } from 'vitest';
import { describeLaws, isDeep } from '../../../core/laws/index.ts';
import transformer from '../../../plugins/transformer/index.ts';

const runs = isDeep() ? {} : { seconds: 0.4 }; // a training starts threads: a moment is a few of them

await describeLaws(
  transformer,
  { layers: 1, heads: 2, width: 8, context: 32, dropout: 0.1 },
  { describe, it, training: { steps: 3, batch: 2, length: 8 }, ...runs },
);
