import { createRandom, type Task } from '../../core/index.ts';
import { noiseOf } from './encode.ts';
import { errors } from './errors.ts';
import type { Order } from './model.ts';

type Looked = Partial<Pick<Order, 'latent' | 'truncation'>>;

/** A task's settings, each with what it is when nothing is said, and what it may be. */
const settings = {
  interpolate: { from: seed(0), to: seed(1), path: oneOf('spherical', 'linear') },
  vary: { around: seed(0), amount: share(0.3) },
  truncate: { truncation: share(0.7) },
};

/** Where a task leads the noise of one row. Throws GAN_TASK. */
export const lookedAt = (latent: Float32Array, { name, with: given = {}, index = 0, count = 1 }: Task): Looked => {
  switch (name) {
    case 'interpolate': {
      const { from, to, path } = settle('interpolate', given);
      const between = path === 'linear' ? along : around;
      return { latent: between(seeded(latent.length, from), seeded(latent.length, to), count > 1 ? index / (count - 1) : 0) };
    }
    case 'vary': {
      const { around: centre, amount } = settle('vary', given);
      const stay = Math.sqrt(1 - amount * amount); // keeps the noise's size
      return { latent: seeded(latent.length, centre).map((x, at) => stay * x + amount * latent[at]!) };
    }
    case 'truncate':
      return settle('truncate', given);
    default:
      return {};
  }
};

const seeded = (size: number, seed: number): Float32Array => noiseOf(size, createRandom(seed));

const along = (from: Float32Array, to: Float32Array, share: number): Float32Array => from.map((x, at) => x + (to[at]! - x) * share);

/** Along the great circle, through points that are as likely as the two. Shoemake (1985). */
const around = (from: Float32Array, to: Float32Array, share: number): Float32Array => {
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, at) => sum + x * b[at]!, 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to)))));
  if (Math.sin(angle) < 1e-6) return along(from, to, share);
  const [a, b] = [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
  return from.map((x, at) => a * x + b * to[at]!);
};

interface Setting<T> {
  readonly absent: T;
  readonly wanted: string;
  readonly fits: (value: unknown) => boolean;
}

function seed(absent: number): Setting<number> {
  return { absent, wanted: 'a seed is a whole number from 0', fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0 };
}

function share(absent: number): Setting<number> {
  return { absent, wanted: 'it goes from 0 to 1', fits: (value) => typeof value === 'number' && value >= 0 && value <= 1 };
}

function oneOf<const T extends string>(absent: T, ...others: T[]): Setting<T> {
  const all: readonly unknown[] = [absent, ...others];
  return { absent, wanted: `it is ${all.join(' or ')}`, fits: (value) => all.includes(value) };
}

type Settled<N extends keyof typeof settings> = {
  readonly [K in keyof (typeof settings)[N]]: (typeof settings)[N][K] extends Setting<infer T> ? T : never;
};

const settle = <N extends keyof typeof settings>(task: N, given: Readonly<Record<string, unknown>>): Settled<N> => {
  const known = settings[task] as Readonly<Record<string, Setting<unknown>>>;
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, key))
      throw errors.GAN_TASK(task, key, 'there is no such setting', `known are ${Object.keys(known).join(', ')}`);
    if (!known[key]!.fits(value)) throw errors.GAN_TASK(task, key, JSON.stringify(value) ?? 'nothing', known[key]!.wanted);
  }
  return Object.fromEntries(Object.entries(known).map(([key, { absent }]) => [key, given[key] ?? absent])) as Settled<N>;
};
