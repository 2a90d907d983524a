import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';

const models = await mkdtemp(join(tmpdir(), 'pipelines-'));
afterAll(() => rm(models, { recursive: true }));

const definition = (tokenize: unknown, name: string) => ({
  name,
  data: { train: join(import.meta.dirname, '../../../pipelines/data/minerals.txt'), valid: 0.1, shuffle: true, rows: 'lines' },
  stages: { tokenize, backend: 'ngram', sample: 'sampling', evaluate: ['likelihood'] },
  backends: { ngram: { with: { order: 4 } } },
  seed: 7,
});

const bits = async (tokenize: unknown, name: string): Promise<number> => {
  await using pipeline = await open(definition(tokenize, name), { models });
  return (await pipeline.evaluate({})).likelihood!.bits_per_byte as number;
};

describe('in a pipeline', () => {
  it('subwords price the same bytes as bytes do, and a model keeps its tokenizer for others to read', async () => {
    const bytes = await bits('bytes', 'bytes');
    const subwords = await bits({ use: 'bpe', with: { vocabulary: 512 } }, 'bpe');
    expect(Math.abs(subwords - bytes)).toBeLessThan(0.2); // an n-gram of few words gains little by them, and loses little
    const [folder] = (await readdir(join(models, 'bpe'))).filter((name) => !name.endsWith('.json'));
    expect(await readdir(join(models, 'bpe', folder!))).toEqual(
      expect.arrayContaining(['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']),
    );
    const kept = { use: 'tokenizer', with: { from: join(models, 'bpe', folder!) } };
    expect(await bits(kept, 'kept')).toBe(subwords);
  });
});
