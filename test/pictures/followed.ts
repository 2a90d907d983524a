import { lastValueFrom, tap, toArray } from 'rxjs';
import type { Pipeline } from '../../core/index.ts';

/** Hears where each picture is. */
export type Told = (path: string) => void;

/** Trains, and answers how figures went: each as a line under the name that it is to have. */
export const followed = async (
  pipeline: Pipeline,
  names: Readonly<Record<string, string>>,
): Promise<Record<string, [number, number][]>> => {
  const words = await lastValueFrom(pipeline.train().pipe(tap({ error: console.error }), toArray()));
  const lineOf = (figure: string) =>
    words.flatMap(({ progress: { done, figures } }): [number, number][] => {
      const value = figures?.[figure];
      return value === undefined ? [] : [[done, value]];
    });
  return Object.fromEntries(Object.entries(names).map(([name, figure]) => [name, lineOf(figure)]));
};
