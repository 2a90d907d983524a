import type { Random, Task } from '../../core/index.ts';
import { errors } from './errors.ts';
import { around, type Normal } from './latents.ts';
import { settingsOf, type TaskSettings } from './tasks.ts';

/** What a row's code is chosen from. */
export interface Sight {
  readonly posteriors: readonly Normal[];
  readonly prior: Prior;
  readonly random: Random;
  readonly latent: number;
}

/** Where codes come from that stand for no row. Throws VAE_NO_PRIOR where there is nothing to draw from. */
export interface Prior {
  readonly mean: () => Float32Array;
  readonly draw: (random: Random) => Float32Array;
}

/** Where on its way a row stands: which sample of how many. */
interface Stand {
  readonly index: number;
  readonly count: number;
}

/** Without a task: a draw from the posterior, or from the prior. */
export const draw = ({ posteriors: [posterior], prior, random }: Sight): Float32Array =>
  posterior ? around(posterior, 1, random) : prior.draw(random);

const tasks: { readonly [T in keyof TaskSettings]: (sight: Sight, settings: TaskSettings[T], stand: Stand) => Float32Array } = {
  reconstruct: ({ posteriors }, _, { index }) => turn('reconstruct', posteriors, index).mean,

  vary: ({ posteriors, random }, { spread }, { index }) => around(turn('vary', posteriors, index), spread, random),

  interpolate: ({ posteriors }, { path }, { index, count }) => {
    if (posteriors.length < 2) throw errors.VAE_NEEDS_PROMPTS('interpolate', 2, posteriors.length);
    const way = (count > 1 ? index / (count - 1) : 0.5) * (posteriors.length - 1);
    const leg = Math.min(posteriors.length - 2, Math.floor(way));
    return between(posteriors[leg]!.mean, posteriors[leg + 1]!.mean, way - leg, path);
  },

  traverse: ({ posteriors: [posterior], prior }, { dimension, from, to }, { index, count }) => {
    const code = Float32Array.from(posterior ? posterior.mean : prior.mean());
    const place = (at: number, of: number): number => from + (of > 1 ? at / (of - 1) : 0.5) * (to - from);
    if (typeof dimension === 'number') code[dimension] = place(index, count);
    else {
      const columns = Math.ceil(Math.sqrt(count));
      code[dimension[0]] = place(index % columns, columns);
      code[dimension[1]] = place(Math.floor(index / columns), Math.ceil(count / columns));
    }
    return code;
  },
};

/** The code that a task looks at. */
export const look = (sight: Sight, task: Task): Float32Array => {
  const name = task.name as keyof TaskSettings;
  const settings = settingsOf({ ...task, name }, sight.latent);
  const { index = 0, count = 1 } = task;
  return (tasks[name] as (sight: Sight, settings: unknown, stand: Stand) => Float32Array)(sight, settings, { index, count });
};

/** The posterior whose turn it is. */
const turn = (task: string, posteriors: readonly Normal[], index: number): Normal => {
  if (posteriors.length === 0) throw errors.VAE_NEEDS_PROMPTS(task, 1, 0);
  return posteriors[index % posteriors.length]!;
};

/** A share of the way from one code to another: in a line, or along the arc that keeps to the lengths between theirs. Shoemake (1985), White (2016). */
export const between = (a: Float32Array, b: Float32Array, share: number, path: 'linear' | 'spherical'): Float32Array => {
  const angle = path === 'linear' ? 0 : angleBetween(a, b);
  const sine = Math.sin(angle);
  const [ofA, ofB] = sine < 1e-6 ? [1 - share, share] : [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
  return a.map((value, unit) => ofA * value + ofB * b[unit]!);
};

const angleBetween = (a: Float32Array, b: Float32Array): number => {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, unit) => sum + value * y[unit]!, 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : Math.acos(Math.max(-1, Math.min(1, dot(a, b) / lengths)));
};
