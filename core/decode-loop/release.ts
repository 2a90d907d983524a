import type { Batch } from '../data/tokens.ts';

/** Releases every memory once, but not those that live on. */
export const drop = (of: { release?(memory: never): void }, memory: Batch<unknown>, except: Batch<unknown> = []): void => {
  if (!of.release) return;
  const alive = new Set(except);
  for (const one of new Set(memory)) if (one !== undefined && !alive.has(one)) of.release(one as never);
};
