import type { Tokens } from '../data/tokens.ts';

/** The first id that is none of so many; undefined where all are. */
export const strangerIn = (ids: Tokens, count: number): number | undefined => {
  for (let i = 0; i < ids.length; i++) if (ids[i]! < 0 || ids[i]! >= count) return ids[i]!;
  return undefined;
};
