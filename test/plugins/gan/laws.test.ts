import fc from 'fast-check';
import { describe, it } from 'vitest';
import { createRandom, EMPTY } from '../../../core/index.ts';
import { describeLaws, isDeep } from '../../../core/laws/index.ts';
import gan from '../../../plugins/gan/index.ts';
import { LevelsTokenizer } from '../../../plugins/numbers/levels-tokenizer.ts';

const tokenizer = new LevelsTokenizer({ fields: 2, low: -1, high: 1, levels: 64, outside: 'refuse' });
const random = createRandom(3);
const rows = Array.from({ length: 40 }, () => ({ tokens: Int32Array.of(Math.floor(64 * random()), Math.floor(64 * random())) }));

await describeLaws(
  gan,
  { latent: 3, width: 8, depth: 1 },
  {
    describe,
    it,
    use: 'gan',
    ...(isDeep() ? {} : { seconds: 0.5 }), // a training starts a thread
    training: { steps: 5, batch: 8, monitor: 2, critic_steps: 2, threads: 1 },
    rows,
    tokenizer,
    exempt: { 'decode/kept-by-its-reader': 'it makes rows out of noise, and refuses one that is to go on' },
    parts: { backend: { vocabulary: 64, row: fc.constant({ tokens: EMPTY }) } }, // it reads noise, and no rows
  },
);
