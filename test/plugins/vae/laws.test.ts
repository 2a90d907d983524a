import fc from 'fast-check';
import { afterAll, describe, it } from 'vitest';
import { describeEvaluator, describeLaws, isDeep } from '../../../core/laws/index.ts';
import vae from '../../../plugins/vae/index.ts';
import { LatentEvaluator } from '../../../plugins/vae/latent/evaluator.ts';
import { learned, rowsOf } from './learned.ts';
import { tokenizerOf } from './made.ts';

const runs = isDeep() ? {} : { seconds: 1 }; // a training starts a thread: a second is a few of them
const settings = { latent: 3, network: { use: 'dense', with: { layers: [8] } }, threads: 1 };
const training = { epochs: 2, batch: 8 };

await describeLaws(vae, { ...settings, length: 10 }, { describe, it, ...runs, use: 'vae', training });

const labelled = tokenizerOf({ levels: 2, shape: [2, 3], classes: 3 });
const { model } = await learned({ ...settings, corruption: { use: 'masking', share: 0.3 } }, training, labelled, rowsOf(24, 6, 2, 3));
afterAll(() => model[Symbol.asyncDispose]());
const item = fc.record({ tokens: fc.array(fc.nat(1), { minLength: 6, maxLength: 6 }), given: fc.nat(2) }).map(({ tokens, given }) => ({
  kind: 'real' as const,
  row: { tokens: Int32Array.from(tokens), given: Int32Array.of(given) },
  raw: tokens,
}));

await describeEvaluator(
  { evaluator: new LatentEvaluator(model, { draws: 5, bound_rows: 3, seed: 0 }), capabilities: { items: ['real'] }, item },
  { describe, it, ...runs, name: 'latent' },
);
