import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../core/index.ts';
import { adopted } from '../../../core/models/import.ts';
import { endsOf } from '../../../plugins/transformer/loading/ends.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { checked, folderWith, IDS, refused, warned } from './said-of.ts';

test('nothing is said of a sound folder', async () => {
  expect(await warned({})).toEqual([]);
});

test('check warns of what nobody knows in config.json, as generating does', async () => {
  expect(await warned({ config: { my_new_thing: 3 } })).toEqual([
    '"FOLDER/config.json" has what is not known here and changes nothing: my_new_thing.',
  ]);
  expect(await warned({ config: { rope_scaling: { rope_type: 'default', factor: 2 } } })).toEqual([
    '"FOLDER/config.json" has what its rope_type does not take: rope_scaling.factor.',
  ]);
});

test('a folder in place of weights is told by its name', async () => {
  expect(await refused({ weights: false, files: { 'model.safetensors': undefined } })).toContain(
    '"FOLDER/model.safetensors" cannot be read: it is a folder',
  );
  expect(await refused({ weights: false, files: { 'onnx/model.onnx': undefined } })).toContain(
    '"FOLDER/onnx/model.onnx" cannot be read: it is a folder',
  );
});

test.each([
  ['pytorch_model.bin', ''],
  ['pytorch_model-00001-of-00002.bin', ''],
  ['tiny.Q4_K_M.gguf', ', gguf_file="tiny.Q4_K_M.gguf"'],
])('of a folder with %s alone it is said how to convert it', async (file, more) => {
  const words = `"FOLDER" has no model.safetensors, and its "${file}" is not read; convert it in Python: AutoModelForCausalLM.from_pretrained("FOLDER"${more}).save_pretrained("FOLDER", safe_serialization=True).`;
  expect(await refused({ weights: false, files: { [file]: 'x' } })).toBe(words);
});

test('the same of a folder with a .gguf and nothing else; one beside safetensors is of no account', async () => {
  const folder = await workplace({ 'tiny.gguf': 'x' });
  await expect(check(folder)).rejects.toThrow(`"${folder}" has no model.safetensors, and its "tiny.gguf" is not read`);
  expect((await checked({ files: { 'pytorch_model.bin': 'x' } })).faults).toEqual([]);
});

test('the same of a pipeline of one’s own', async () => {
  const folder = await folderWith({ weights: false, files: { 'pytorch_model.bin': 'x' } });
  const pipeline = {
    name: 'p',
    stages: { tokenize: { use: 'tokenizer', with: { from: folder } }, backend: 'transformer', sample: 'greedy' },
    backends: { transformer: { with: { model: folder } } },
  };
  expect((await check(pipeline)).map(({ message }) => message)).toEqual([expect.stringContaining('its "pytorch_model.bin" is not read')]);
});

test.each([
  [{ eos_token_id: 5000 }, 'eos_token_id 5000'],
  [{ eos_token_id: -1 }, 'eos_token_id -1'],
  [{ eos_token_id: [5, -1, 19] }, 'eos_token_id -1 and 19'],
  [{ bos_token_id: 9999, eos_token_id: 19 }, 'bos_token_id 9999, eos_token_id 19'],
])('ids that the model has not are named: %j', async (config, named) => {
  expect(await warned({ config })).toEqual([
    `"FOLDER/config.json" names what is none of the model's ${IDS} ids and changes nothing: ${named}.`,
  ]);
});

test('so are those of generation_config.json; a list is no beginning', async () => {
  const said = `"FOLDER/generation_config.json" names what is none of the model's ${IDS} ids and changes nothing: eos_token_id 5000.`;
  expect(await warned({ files: { 'generation_config.json': { eos_token_id: 5000 } } })).toEqual([said]);
  for (const change of [{ config: { bos_token_id: [1] } }, { files: { 'generation_config.json': { bos_token_id: [1] } } }])
    expect(await refused(change)).toContain('"bos_token_id" is [1], and an id is wanted');
  const folder = await folderWith({ config: { bos_token_id: [1] } });
  expect(() => endsOf(folder, IDS)).toThrow('has [1] as "bos_token_id", and an id is wanted');
});

test('a plugin that knows such a folder is asked before another’s fault is told', async () => {
  const folder = await workplace({ 'tiny.gguf': 'x' });
  const definition = { name: 'theirs', stages: { tokenize: 'bytes', backend: 'ngram', sample: 'greedy' } };
  const plugin = await workplace({
    'plugin.mjs': `export default { name: 'gguf', contract: 2, about: 'GGUF.', stages: [], adopt: async () => (${JSON.stringify(definition)}) };`,
  });
  expect((await adopted(folder, [join(plugin, 'plugin.mjs')]))?.manifest.definition).toEqual(definition);
  await expect(adopted(folder, [])).rejects.toThrow('its "tiny.gguf" is not read');
});
