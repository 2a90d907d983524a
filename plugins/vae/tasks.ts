import type { Task } from '../../core/index.ts';
import { errors } from './errors.ts';

/** The tasks beside plain sampling. */
export const TASKS = ['reconstruct', 'interpolate', 'traverse', 'vary'] as const;

/** The settings of each task, with what they are unless told. */
export interface TaskSettings {
  reconstruct: Readonly<Record<string, never>>;
  interpolate: { readonly path: 'linear' | 'spherical' };
  traverse: { readonly dimension: number | readonly [number, number]; readonly from: number; readonly to: number };
  vary: { readonly spread: number };
}

type Check = readonly [fallback: unknown, expects: string, accepts: (value: unknown, latent: number) => boolean];

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isUnit = (value: unknown, latent: number): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < latent;

const settings: { readonly [T in keyof TaskSettings]: Readonly<Record<string, Check>> } = {
  reconstruct: {},
  interpolate: { path: ['linear', '"linear" or "spherical"', (value) => value === 'linear' || value === 'spherical'] },
  traverse: {
    dimension: [
      0,
      'a latent unit, counted from 0, or a list of two',
      (value, latent) => isUnit(value, latent) || (Array.isArray(value) && value.length === 2 && value.every((one) => isUnit(one, latent))),
    ],
    from: [-3, 'a number', isNumber],
    to: [3, 'a number', isNumber],
  },
  vary: { spread: [1, 'a number from 0 up', (value) => isNumber(value) && value >= 0] },
};

/** The settings of a task, each checked. Throws VAE_TASK or VAE_TASK_SETTING. */
export const settingsOf = <T extends keyof TaskSettings>(
  { name, with: given = {} }: Task & { readonly name: T },
  latent: number,
): TaskSettings[T] => {
  const known = settings[name];
  for (const key of Object.keys(given)) if (!Object.hasOwn(known, key)) throw errors.VAE_TASK_SETTING(name, key, Object.keys(known));
  const filled = Object.entries(known).map(([key, [fallback, expects, accepts]]) => {
    const value = given[key] ?? fallback;
    if (!accepts(value, latent)) throw errors.VAE_TASK(name, key, expects, value);
    return [key, value];
  });
  return Object.fromEntries(filled) as TaskSettings[T];
};
