import { kneserNey } from './kneser-ney.ts';
import { laplace } from './laplace.ts';
import type { Smoothing } from './smoothing.ts';

/** Every smoothing there is; the first is the default. */
export const family: readonly [Smoothing, ...Smoothing[]] = [kneserNey as Smoothing, laplace as Smoothing];

/** The one of that name; the schema lets no other name come here. */
export const smoothingOf = (name: string): Smoothing => family.find((one) => one.name === name)!;
