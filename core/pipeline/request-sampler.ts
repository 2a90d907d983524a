import type { Owned } from '../plugin/own-stage.ts';
import type { Sampler } from '../stages/sample.ts';
import type { ResolvedOptions } from './requests.ts';

/** What samples, and what makes others that do. */
export interface Sampling {
  readonly sampler: Sampler;
  /** Makes another sampler of the same name, under all these settings. */
  readonly ownSampler: (settings: Readonly<Record<string, unknown>>) => Promise<Owned<Sampler>>;
}

/** Runs a request; where it has settings of a sampler, with one that is made for it and closed when it ends. */
export async function* withOwnSampler<G extends Sampling, T>(
  generating: G,
  { sampling }: ResolvedOptions,
  run: (generating: G) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  if (!sampling) return yield* run(generating);
  const { stage: sampler, close } = await generating.ownSampler(sampling);
  try {
    yield* run({ ...generating, sampler });
  } finally {
    await close();
  }
}
