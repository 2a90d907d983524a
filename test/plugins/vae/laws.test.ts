import { describe, it } from 'vitest';
import { describeLaws, isDeep } from '../../../core/laws/index.ts';
import vae from '../../../plugins/vae/index.ts';

const runs = isDeep() ? {} : { seconds: 1 }; // a training starts a thread: a second is a few of them

await describeLaws(
  vae,
  { length: 10, latent: 3, network: { use: 'dense', with: { layers: [8] } }, threads: 1 },
  { describe, it, ...runs, training: { epochs: 2, batch: 8 } },
);
