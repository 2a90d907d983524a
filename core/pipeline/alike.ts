import type { Batch, Tokens } from '../data/tokens.ts';

/** Which samples of one asking begin alike: with the same ids, conditioned on the same. */
export interface Alike {
  /** The number of what a sample begins with. */
  readonly of: (index: number) => number;
  /** How many samples begin with it. */
  readonly uses: (which: number) => number;
}

/** Samples take prompts, and what they are conditioned on, in turn. Undefined where no two begin alike. */
export const alikeOf = (prompts: Batch<Tokens>, given: readonly unknown[], count: number): Alike | undefined => {
  const prompt = firstsOf(prompts, ({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('latin1'));
  const condition = firstsOf(given, (raw) => raw);
  const of = (index: number): number => turn(prompt, index) * Math.max(1, given.length) + turn(condition, index);
  const uses = new Map<number, number>();
  const period = Math.max(1, prompts.length) * Math.max(1, given.length);
  for (let index = 0; index < Math.min(count, period); index++) {
    const which = of(index);
    uses.set(which, (uses.get(which) ?? 0) + Math.ceil((count - index) / period));
  }
  if ([...uses.values()].every((some) => some < 2)) return undefined;
  return { of, uses: (which) => uses.get(which) ?? 0 };
};

/** For each value the place of the first that is the same. */
const firstsOf = <T>(all: readonly T[], key: (one: T) => unknown): readonly number[] => {
  const places = new Map<unknown, number>();
  return all.map((one, at) => {
    const known = key(one);
    if (!places.has(known)) places.set(known, at);
    return places.get(known)!;
  });
};

const turn = (all: readonly number[], index: number): number => (all.length === 0 ? 0 : all[index % all.length]!);
