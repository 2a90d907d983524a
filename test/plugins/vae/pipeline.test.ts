import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { check, open } from '../../../core/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';

const syllables = ['ba', 'ko', 'mi', 'tu', 'le'];
/** All of two syllables, and all of three, in a mixed order. */
const names = Array.from({ length: 150 }, (_, i) => {
  const number = (i * 47) % 150;
  const digits =
    number < 25 ? [number % 5, Math.floor(number / 5)] : [number % 5, Math.floor(number / 5) % 5, Math.floor((number - 25) / 25)];
  return digits.map((at) => syllables[at]).join('');
});

const definition = (folder: string, settings: object = {}, more: object = {}) => ({
  name: 'syllables',
  data: { train: join(folder, 'names.txt'), valid: 20 },
  stages: { tokenize: 'characters', backend: 'vae', sample: 'greedy', evaluate: 'auto' },
  backends: {
    vae: {
      with: {
        length: 8,
        latent: 4,
        threads: 1,
        family: { use: 'vae', with: { beta: 0.05 } },
        network: { use: 'dense', with: { layers: [32] } },
        ...settings,
      },
      train: { epochs: 100, batch: 20, learning_rate: 3e-3 },
    },
  },
  generate: { count: 4 },
  ...more,
});

const opened = async (settings: object = {}, more: object = {}) => {
  const folder = await workplace({ 'names.txt': names.join('\n') });
  const pipeline = await open(definition(folder, settings, more), { models: join(folder, 'models') });
  onTestFinished(() => pipeline.close());
  return { folder, pipeline };
};

const all = async (source: AsyncIterable<unknown>): Promise<unknown[]> => {
  const found = [];
  for await (const one of source) found.push(one);
  return found;
};

describe('texts of at most eight characters', () => {
  test('are learned, sampled, reconstructed, walked between, priced and measured', async () => {
    const codes = join(await workplace(), 'codes.jsonl');
    const evaluate = ['likelihood', { use: 'latent', with: { draws: 200, bound_rows: 20, codes } }];
    const { folder, pipeline } = await opened({}, { stages: { ...definition('').stages, evaluate } });
    const samples = await all(pipeline.generate({ count: 20 }));
    expect(new Set(samples).size).toBeGreaterThan(5);
    const prompts = ['bakomi', 'tulemi'];
    expect(await all(pipeline.generate({ task: { name: 'reconstruct' }, prompts, count: 2 }))).toEqual(prompts);
    const walk = await all(pipeline.generate({ task: { name: 'interpolate', with: { path: 'spherical' } }, prompts, count: 5 }));
    expect([walk[0], walk[4]]).toEqual(prompts);
    const [score] = await pipeline.score(['bako']);
    expect(score!.nats).toHaveLength(5); // and its stop; what stands behind is nobody's
    expect(score!.cost).toBeGreaterThan(0);

    const { likelihood, latent } = await pipeline.evaluate({});
    expect(Object.keys(likelihood!)).toContain('nats_per_token_bound');
    expect(latent!.negative_elbo_nats).toBeCloseTo(latent!.reconstruction_nats! + latent!.divergence_nats!, 6);
    expect(latent!.negative_elbo_bits_per_dimension).toBeCloseTo(latent!.negative_elbo_nats! / Math.LN2 / 8, 6);
    expect(latent!.bound_gain_nats).toBeGreaterThan(0);
    expect(latent).toMatchObject({ active_units: 4, rows: 20, bound_draws: 200 });
    const written = (await readFile(codes, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: number[] });
    expect(written.map(({ code }) => code.length)).toEqual(new Array(20).fill(4));

    await using again = await open(definition(folder, {}, { stages: { ...definition('').stages, evaluate } }), {
      models: join(folder, 'models'),
      train: false,
    });
    expect(await all(again.generate({ count: 20 }))).toEqual(samples);
    expect((await again.evaluate({})).latent).toEqual(latent);
  });

  test('a plain autoencoder reconstructs, has no price, and samples only where a Gaussian was fitted to its codes', async () => {
    const { pipeline } = await opened({ family: 'autoencoder' });
    await expect(all(pipeline.generate({}))).rejects.toMatchObject({ code: 'VAE_NO_PRIOR' });
    expect(await all(pipeline.generate({ task: { name: 'reconstruct' }, prompt: 'bakomi', count: 1 }))).toEqual(['bakomi']);
    const { pipeline: fitted } = await opened(
      { family: { use: 'autoencoder', with: { prior: 'gaussian' } } },
      { evaluate: { samples: 4 } },
    );
    expect(new Set(await all(fitted.generate({ count: 20 }))).size).toBeGreaterThan(5);
    const evaluation = await fitted.evaluate({});
    expect(Object.keys(evaluation).sort()).toEqual(['diversity', 'latent']);
    expect(Object.keys(evaluation.latent!)).not.toContain('negative_elbo_nats');
  });
});

describe('check refuses', () => {
  const exact = new URL('fixtures/exact.ts', import.meta.url).pathname;
  const faultsOf = async (settings: object, evaluate: unknown, backend = 'vae'): Promise<string[]> => {
    const folder = await workplace({ 'names.txt': names.join('\n') });
    const { backends, ...rest } = definition(folder, settings);
    const faults = await check(
      { ...rest, backends: backend === 'vae' ? backends : {}, stages: { ...rest.stages, backend, evaluate } },
      { plugins: [exact] },
    );
    return faults.map(({ message }) => message);
  };

  test('a bound in the column of exact likelihoods', async () => {
    expect(await faultsOf({}, ['exact_column'])).toEqual([
      '"exact_column" cannot evaluate this pipeline: it needs a likelihood that is exact, and the backend\'s is bound; leave it out.',
    ]);
    expect(await faultsOf({}, ['exact_column'], 'ngram')).toEqual([]);
  });

  test('the likelihood of a plain autoencoder', async () => {
    expect(await faultsOf({ family: 'autoencoder' }, ['likelihood'])).toEqual([expect.stringContaining("the backend's is none")]);
  });

  test('a look into the codes of another backend', async () => {
    expect(await faultsOf({}, ['latent'], 'ngram')).toEqual([
      expect.stringContaining('it looks into the backend "vae", and this is "ngram"'),
    ]);
  });

  test('settings of another family or network', async () => {
    expect(await faultsOf({ family: { use: 'importance_weighted', with: { beta: 3 } } }, [])).toHaveLength(1);
    expect(await faultsOf({ network: { use: 'dense', with: { channels: [3] } } }, [])).toHaveLength(1);
  });
});
