import { errors } from '../errors.ts';
import { create, type Identity, seal } from '../file.ts';
import { levelsOf, modelWords } from '../layout.ts';
import { smoothingOf } from '../smoothing/family.ts';
import type { Tell } from '../smoothing/smoothing.ts';
import { arrange } from './arrange.ts';
import type { Counts } from './counts.ts';

/** From counts to a model, as the bytes of its file. Throws NGRAM_EMPTY_CORPUS. */
export const estimate = (counts: Counts, identity: Identity, tell: Tell): ArrayBuffer => {
  if (!counts.unigrams.some((count) => count > 0)) throw errors.NGRAM_EMPTY_CORPUS();
  const file = create({ kind: 'model', identity, sizes: counts.sizes, batches: 0 }, modelWords(counts.sizes));
  const { use, with: settings } = identity.smoothing;
  smoothingOf(use).estimate(arrange(counts, identity, levelsOf(file)), settings, tell);
  return seal(file);
};
