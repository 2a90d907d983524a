import { resolve as resolvePath } from 'node:path';
import { type OpenOptions, prepare } from '../check/prepare.ts';
import { InvalidPipeline } from '../definition/parse.ts';
import type { Lender } from './opening.ts';
import type { Pipeline } from './pipeline.ts';
import type { RawOf } from './raw.ts';

/**
 * Opens a pipeline: a JSON file, the folder of a model, or a definition as a value. Nothing is trained or loaded until something is asked of it.
 * What samples are is known of a definition (text is a string); of a file say it: `open<typeof definition>('names.json')`.
 * Throws InvalidPipeline with all its faults, InvalidArguments with all those of the options.
 */
export const open = async <const D extends object = object>(source: string | D, options: OpenOptions = {}): Promise<Pipeline<RawOf<D>>> => {
  const { resolved, registry, base, self, standing, ownData, faults } = await prepare(source, options);
  if (!resolved) throw new InvalidPipeline(faults);
  const { models = 'models', plugins = [], provide = [], train = true } = options;
  const store = resolvePath(models);
  const lender = async (reference: string): Promise<Lender> => {
    const lending = await open(resolvePath(reference), { models: store, plugins, provide, train: false });
    return { lend: () => lending.tools.lend(), close: () => lending.close() };
  };
  const { Pipeline } = await import('./pipeline.ts'); // what only checks needs neither injection nor streams
  return new Pipeline({ resolved, registry, base, self, models: store, standing, ownData, mayTrain: train, provide, lender });
};
