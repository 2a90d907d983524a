import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check, type Fault } from '../../../core/index.ts';
import { writeFolder } from '../../plugins/transformer/folder.ts';
import { workplace } from '../pipeline/workplace.ts';

/** A pipeline's text, a line for each setting of the stage in question. */
const file = async (stages: object, backends: object = {}, files: Record<string, string> = {}): Promise<readonly string[]> => {
  const pipeline = {
    name: 'p',
    data: { train: 'rows.txt' },
    stages: { tokenize: 'bytes', backend: 'ngram', sample: 'greedy', ...stages },
    backends,
  };
  const text = JSON.stringify(pipeline, undefined, 1);
  const folder = await workplace({ 'rows.txt': 'a', ...files, 'p.json': text });
  const lines = text.split('\n');
  const shown = ({ place, message }: Fault): string => `${lines[(place?.line ?? 0) - 1]?.trim()} | ${message.replaceAll(`${folder}/`, '')}`;
  return (await check(join(folder, 'p.json'))).map(shown);
};

const tokenizer = (settings: object, use = 'tokenizer') => file({ tokenize: { use, with: settings } });
const backend = (use: string, settings: object, train: object = {}, tokenize: unknown = 'bytes') =>
  file({ backend: use, tokenize }, { [use]: { with: settings, train } });

describe('check finds what settings alone decide', () => {
  test.each<[string, () => Promise<readonly string[]>, string | RegExp]>([
    ['a tokenizer that is not there', () => tokenizer({ from: 'nowhere' }), /^"from": "nowhere" \| No tokenizer stands at "nowhere"/],
    ['a file that is no tokenizer', () => tokenizer({ from: 'rows.txt' }), /^"from": "rows.txt" \| /],
    ['settings that do not go together', () => tokenizer({ byte_fallback: true }, 'bpe'), /^"byte_fallback": true \| .*bytes/],
    ['a vocabulary smaller than bytes', () => tokenizer({ vocabulary: 200 }, 'bpe'), /^"vocabulary": 200 \| .*need 2\d\d/],
    [
      'a vocabulary smaller than bytes, of unigram',
      () => tokenizer({ vocabulary: 200, byte_fallback: true }, 'unigram'),
      /^"vocabulary": 200,? \| /,
    ],
    ['a vocabulary smaller than special tokens', () => tokenizer({ vocabulary: 2 }, 'wordpiece'), /^"vocabulary": 2 \| /],
    [
      'heads that do not divide',
      () => backend('transformer', { heads: 5 }),
      '"heads": 5 | a width of 128 does not divide into 5 heads; say "head_width", or another "heads".',
    ],
    [
      'a width that they do not divide',
      () => backend('transformer', { width: 30 }),
      /^"width": 30 \| a width of 30 does not divide into 4 heads/,
    ],
    ['heads of keys', () => backend('transformer', { kv_heads: 3 }), /^"kv_heads": 3 \| 4 heads do not share 3/],
    ['an odd head that turns', () => backend('transformer', { positions: 'rotary', head_width: 5 }), /^"head_width": 5 \| /],
    ['a base that nothing turns by', () => backend('transformer', { rope_theta: 5e5 }), /^"rope_theta": 500000 \| /],
    ['a graph of no folder', () => backend('transformer', { onnx: 'model_q4' }), /^"onnx": "model_q4" \| /],
    ['int8 on a GPU', () => backend('transformer', { precision: 'int8', device: 'webgpu' }), /^"precision": "int8",? \| /],
    ['the same with a tokenizer that must be fitted', () => backend('transformer', { heads: 5 }, {}, 'characters'), /^"heads": 5 \| /],
    ['a model that is not there', () => backend('transformer', { model: '/nowhere' }), /^"model": "\/nowhere" \| .*cannot be opened/],
    [
      'a shape that the model tells',
      () => backend('transformer', { model: '/nowhere', layers: 3 }),
      /^"layers": 3 \| "layers" is told by the config.json/,
    ],
    ['a game that nothing holds', () => backend('gan', {}, { game: 'wasserstein' }), /^"game": "wasserstein" \| .*gradient_penalty/],
    ['bounds the wrong way round', () => tokenizer({ low: 2, high: 1, fields: 2 }, 'levels'), /^"low": 2, \| /],
  ])('%s', async (_, faults, said) => {
    const found = await faults();
    expect(found).toContainEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });

  test('a config.json that is no model, and one of another size', async () => {
    const folder = await workplace();
    await writeFolder(folder, { model_type: 'unheard' }, {});
    expect(await backend('transformer', { model: folder })).toEqual([expect.stringMatching(/^"model": .* \| .*architecture "unheard"/)]);
    await writeFile(join(folder, 'config.json'), '{ "model_type": "gpt2", "n_embd": "wide" }');
    expect(await backend('transformer', { model: folder })).toEqual([expect.stringMatching(/^"model": .* \| .*config.json" has .* as "/)]);
  });

  test('and nothing where there is nothing', async () => {
    expect(await backend('transformer', {})).toEqual([]);
    expect(await tokenizer({}, 'bpe')).toEqual([]);
  });
});
