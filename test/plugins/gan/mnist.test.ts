import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { open, type Pipeline } from '../../../core/index.ts';
import { isDeep } from '../../../core/laws/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { realData } from '../../real-data.ts';

const { path, absent, why } = realData('mnist/train-images-idx3-ubyte.gz');

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** A conditional DCGAN: 64 → 7·7·64 → 32 → 1, and 32-64 with projection. */
const definition = (name: string, training: object) => ({
  name,
  data: { train: path, valid: 10_000 },
  stages: {
    tokenize: 'pixels',
    backend: 'gan',
    sample: 'sampling',
    evaluate: [{ use: 'distances', with: { features: 'classifier', measures: ['fid', 'precision_recall'] } }, 'classes'],
  },
  backends: {
    gan: {
      with: { latent: 64, width: 64, depth: 2, condition: 'projection' },
      train: { batch: 64, learning_rate: 3e-4, betas: [0.5, 0.999], monitor: 500, ...training },
    },
  },
  generate: { given: DIGITS },
  evaluate: { rows: 10_000, samples: 10_000 },
  seed: 1,
});

const measured = async (pipeline: Pipeline) => {
  const { distances, classes } = await pipeline.evaluate({});
  return { ...distances, ...classes } as Record<string, number>;
};

describe.skipIf(absent || !isDeep())(`MNIST, the last 10,000 training pictures held out${why}`, () => {
  it('digits look like digits, all of them and of all kinds, and are those that were asked for', { timeout: 3_600_000 }, async () => {
    const models = join(await workplace(), 'models');
    await using untrained = await open(definition('untrained', { steps: 1, learning_rate: 1e-12 }), { models });
    await lastValueFrom(untrained.train());
    const before = await measured(untrained);
    await using pipeline = await open(definition('dcgan', { steps: 8000 }), { models });
    const began = performance.now();
    await lastValueFrom(pipeline.train());
    const minutes = (performance.now() - began) / 60_000;
    const after = await measured(pipeline);
    console.log({ minutes, before: before.fid, ...after });
    expect(after.rarest_class_share).toBeGreaterThanOrEqual(0.04);
    expect(after.sure_share).toBeGreaterThanOrEqual(0.82);
    expect(after.label_share).toBeGreaterThanOrEqual(0.91);
    expect(after.fid).toBeLessThanOrEqual(before.fid! / 40);
    expect(after.precision).toBeGreaterThanOrEqual(0.6);
    expect(after.recall).toBeGreaterThanOrEqual(0.3);
  });
});
