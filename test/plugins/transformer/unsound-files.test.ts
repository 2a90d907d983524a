import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { check } from '../../../core/declaring.ts';
import { readBytes } from '../../../plugins/subword/files/read-bytes.ts';
import { loadOnnx, Network, loadWeights as weightsOfOnnx } from '../../../plugins/toolkit/index.ts';
import { familyOf } from '../../../plugins/transformer/loading/families.ts';
import { foreignOf } from '../../../plugins/transformer/loading/foreign.ts';
import { loadWeights } from '../../../plugins/transformer/loading/load.ts';
import { listFile, listShards, readShards } from '../../../plugins/transformer/loading/shards.ts';
import { writeFolder } from './folder.ts';

/** As git lfs writes it where a clone did not fetch the file. */
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 548105171\n`;
const UNSOUND = { pointer: POINTER, junk: 'not at all what its name says', short: '\u0001', empty: '' };

const CONFIG = { model_type: 'gpt2', vocab_size: 4, n_positions: 4, n_embd: 2, n_layer: 1, n_head: 1 };

const place = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'unsound-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
};

/** What reading says; it must throw. */
const said = async (read: () => unknown): Promise<string> => {
  try {
    await read();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

test.each(Object.entries(UNSOUND))('weights that are %s are told by the name of their file, as it was given', async (kind, bytes) => {
  const folder = await place();
  const sharded = await writeFolder(
    join(folder, 'sharded'),
    CONFIG,
    { a: { dims: [1], data: Float32Array.of(1) }, b: { dims: [1], data: Float32Array.of(1) } },
    { shards: 2 },
  );
  const shard = join(sharded, 'model-2-of-2.safetensors');
  const single = await writeFolder(join(folder, 'single'), CONFIG, {});
  const file = join(single, 'model.safetensors');
  const onnx = join(folder, 'graph', 'onnx', 'model.onnx');
  await cp(join(import.meta.dirname, 'foreign', 'gpt2'), join(folder, 'graph'), { recursive: true });
  for (const path of [shard, file, onnx]) await writeFile(path, bytes);
  const readings: [string, () => unknown][] = [
    [shard, () => listShards(sharded)],
    [shard, () => readShards(sharded)],
    [shard, () => loadWeights({ folder: sharded }, familyOf(sharded).architecture)],
    [file, () => listShards(single)],
    [file, () => listFile(file)],
    [file, () => loadWeights({ file }, familyOf(single).architecture)],
    [onnx, () => foreignOf(join(folder, 'graph'), undefined)],
    [onnx, () => loadOnnx(onnx)],
    [onnx, () => weightsOfOnnx(onnx)],
    [onnx, () => Network.open(onnx)],
  ];
  for (const [path, read] of readings) {
    const words = await said(read);
    expect(words.split(`"${path}"`), words).toHaveLength(2);
    expect(words.includes('git lfs pull'), words).toBe(kind === 'pointer');
  }
});

test('a pointer in place of a JSON file, of a tokenizer or beside a graph is called one', async () => {
  const folder = await place();
  const config = join(folder, 'config.json');
  await writeFile(config, POINTER);
  const tokenizer = join(folder, 'tokenizer.json');
  await writeFile(tokenizer, POINTER);
  for (const [path, read] of [
    [config, () => familyOf(folder)],
    [tokenizer, () => readBytes(tokenizer)],
  ] as const)
    expect(await said(read)).toMatch(new RegExp(`^"${path}" .*pointer of Git LFS.*\`git lfs pull\``));
});

test('check says of a folder which file of it is unsound', async () => {
  const folder = await place();
  const model = await writeFolder(join(folder, 'm'), CONFIG, {});
  const file = join(model, 'model.safetensors');
  await writeFile(file, POINTER);
  await writeFile(join(model, 'vocab.txt'), '[UNK]\na\nb\nc\n');
  expect((await check(model)).map(({ message }) => message)).toEqual([expect.stringContaining(`"${file}" is a pointer of Git LFS`)]);
});
