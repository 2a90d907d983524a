import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, pipeline as theirPipeline } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';

const ROWS = Array.from({ length: 60 }, (_, i) => {
  const [animal, verb, place] = [
    ['fox', 'dog', 'hen'][i % 3]!,
    ['runs', 'sleeps', 'sings'][(i >> 1) % 3]!,
    ['home', 'here', 'away'][(i >> 2) % 3]!,
  ];
  return `the ${animal} ${verb} ${place} , and a ${animal} ${['eats', 'hides'][i % 2]!} .`;
});
const PROMPTS = ['the', 'the fox runs', 'a hen', 'sleeps here , and a dog', ''];

const tokenizers: Readonly<Record<string, object>> = {
  characters: { use: 'characters' },
  words: { use: 'words' },
  bytes: { use: 'bytes' },
  bpe: { use: 'bpe', with: { vocabulary: 300 } },
  wordpiece: { use: 'wordpiece', with: { vocabulary: 60 } },
  unigram: { use: 'unigram', with: { vocabulary: 340 } },
};

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-continued-'));
  env.allowRemoteModels = false;
  await writeFile(join(home, 'rows.txt'), ROWS.join('\n'));
});
afterAll(() => rm(home, { recursive: true }));

describe('a folder that was trained here continues a prompt in transformers.js as it does here', () => {
  for (const [name, tokenize] of Object.entries(tokenizers))
    for (const preset of ['gpt2', 'llama'])
      it(`${name}, ${preset}: its own text-generation, ${PROMPTS.length} prompts`, { timeout: 120_000 }, async () => {
        const definition = {
          name: `${name}-${preset}`,
          data: { train: join(home, 'rows.txt'), rows: 'lines', valid: 0 },
          stages: { tokenize, backend: 'transformer', sample: 'greedy' },
          backends: {
            transformer: {
              with: { preset, layers: 1, heads: 2, width: 32, context: 96 },
              train: { steps: 40, batch: 6, optimizer: { use: 'adamw', with: { learning_rate: 0.02 } } },
            },
          },
        };
        await using pipeline = await open(definition, { models: join(home, 'models') });
        const { folder } = await pipeline.ready();
        const theirs = await theirPipeline('text-generation', folder!, { dtype: 'fp32', device: 'cpu', local_files_only: true });
        const ends = new Set<string>();
        for (const prompt of PROMPTS) {
          const [told] = (await theirs(prompt, { max_new_tokens: 48, do_sample: false } as never)) as { generated_text: string }[];
          for await (const { raw, ended } of pipeline.samples({ prompt, count: 1, max_new_tokens: 48 })) {
            expect(raw, prompt).toBe(told!.generated_text);
            ends.add(ended);
          }
        }
        expect(ends).toContain('stop');
        await theirs.dispose();
      });
});
