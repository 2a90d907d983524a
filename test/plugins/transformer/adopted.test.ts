import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { open } from '../../../core/index.ts';
import { waves, writeFolder } from './folder.ts';

interface Case {
  readonly config: { readonly model_type: string; readonly vocab_size: number };
  readonly tensors: Readonly<Record<string, number[]>>;
  readonly rows: number[][];
  readonly logits: number[][];
}

const LETTERS = 'abcdefghijklmnopqrs';

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-adopted-'));
});
afterAll(() => rm(home, { recursive: true }));

it('a folder with config.json, safetensors and tokenizer.json is a model: it says what PyTorch finds likeliest', async () => {
  const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
  const { config, tensors, rows, logits } = cases.find(({ config }) => config.model_type === 'qwen2')!;
  const folder = await writeFolder(
    join(home, 'Qwen2 tiny'),
    config,
    Object.fromEntries(Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)])),
  );
  const vocab = Object.fromEntries([...LETTERS].map((letter, id) => [letter, id]));
  const tokenizer = { version: '1.0', added_tokens: [], decoder: { type: 'Fuse' }, model: { type: 'BPE', vocab, merges: [] } };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));

  await using pipeline = await open(folder);
  const spell = (ids: readonly number[]): string => ids.map((id) => LETTERS[id]).join('');
  for (const [at, row] of rows.entries()) {
    const last = logits[at]!.slice(-config.vocab_size);
    const likeliest = last.indexOf(Math.max(...last));
    for await (const text of pipeline.generate({ prompt: spell(row), count: 1, max_new_tokens: 1 }))
      expect(text).toBe(spell([...row, likeliest]));
  }
});
