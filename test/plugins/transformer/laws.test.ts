import { describe, it } from 'vitest';
import { describeLaws, isDeep } from '../../../core/laws/index.ts';
import transformer from '../../../plugins/transformer/index.ts';

const runs = isDeep() ? {} : { seconds: 1 }; // a training starts threads: a second is a few of them

await describeLaws(
  transformer,
  { layers: 1, heads: 2, width: 8, context: 32 },
  { describe, it, training: { steps: 3, batch: 2, length: 8 }, ...runs },
);
