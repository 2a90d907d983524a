import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';
import { isDeep } from '../../../core/laws/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { realData } from '../../real-data.ts';

const { path, absent, why } = realData('names/names.txt');

/** Every three characters that follow each other, the ends marked. */
const trigrams = (name: string): string[] => Array.from({ length: name.length }, (_, at) => `^${name}$`.slice(at, at + 3));

const definition = (data: string) => ({
  name: 'names',
  data: { train: data, valid: 0.1, shuffle: true },
  stages: { tokenize: 'characters', backend: 'vae', sample: 'greedy', evaluate: [] },
  backends: {
    vae: {
      with: {
        length: 16,
        latent: 32,
        family: { use: 'vae', with: { beta: 0.6, annealing: 300 } },
        network: { use: 'dense', with: { layers: [512, 512] } },
      },
      train: { epochs: 15, learning_rate: 2e-3, schedule: 'cosine' },
    },
  },
  generate: { count: 2000 },
  seed: 7,
});

describe.skipIf(absent || !isDeep())(`29,494 names, each once${why}`, () => {
  it('likeliest names are spelled like held-out ones, differ from each other and are no copies', { timeout: 3_600_000 }, async () => {
    const all = [...new Set(readFileSync(path, 'utf8').trim().split('\n'))];
    expect(all).toHaveLength(29_494);
    const folder = await workplace({ 'names.txt': all.join('\n') });
    await using pipeline = await open(definition(join(folder, 'names.txt')), { models: join(folder, 'models') });
    const made: string[] = [];
    for await (const name of pipeline.generate({})) made.push(String(name));
    const held = ((await pipeline.tools.heldOut(Number.POSITIVE_INFINITY)).prompts as string[]).slice();
    const heldOut = new Set(held);
    const known = new Set(held.flatMap(trigrams));
    const found = made.flatMap(trigrams);
    const figures = {
      trigrams: found.filter((one) => known.has(one)).length / found.length,
      copied: made.filter((name) => all.includes(name) && !heldOut.has(name)).length / made.length,
      distinct: new Set(made).size / made.length,
    };
    console.log(figures);
    expect(figures.trigrams).toBeGreaterThanOrEqual(0.85);
    expect(figures.copied).toBeLessThanOrEqual(0.2);
    expect(figures.distinct).toBeGreaterThanOrEqual(0.9);
    for (const path of ['linear', 'spherical']) {
      const way: unknown[] = [];
      const ask = { count: 9, prompts: ['charlotte', 'benjamin'], task: { name: 'interpolate', with: { path } } };
      for await (const name of pipeline.generate(ask)) way.push(name);
      console.log(path, way.join(' → '));
      expect(new Set(way).size).toBeGreaterThan(3);
    }
  });
});
