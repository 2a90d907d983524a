import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, open } from '../../../core/index.ts';
import { workplace } from '../../core/pipeline/workplace.ts';
import { edited, type Field, FLOAT, INT64, port } from './edit-onnx.ts';

const FOREIGN = join(import.meta.dirname, 'foreign', 'gpt2');
const { vocab_size: IDS } = JSON.parse(await readFile(join(FOREIGN, 'config.json'), 'utf8')) as { vocab_size: number };

/** A folder with somebody's graph and a tokenizer of so many ids. */
const folderOf = async (ids: number, tokenizer: object = {}, more: readonly Field[] = []): Promise<string> => {
  const folder = join(await workplace(), 'theirs');
  await cp(FOREIGN, folder, { recursive: true });
  const vocab = Object.fromEntries(Array.from({ length: ids }, (_, id) => [String.fromCharCode(97 + id), id]));
  await writeFile(
    join(folder, 'tokenizer.json'),
    JSON.stringify({
      version: '1.0',
      added_tokens: [],
      decoder: { type: 'Fuse' },
      model: { type: 'BPE', vocab, merges: [] },
      ...tokenizer,
    }),
  );
  const onnx = join(folder, 'onnx', 'model.onnx');
  if (more.length > 0)
    await writeFile(
      onnx,
      edited(await readFile(onnx), (graph) => [...graph, ...more]),
    );
  return folder;
};

/** What check says, and what generating throws instead of samples: the words must be the same. */
const refused = async (source: string): Promise<string> => {
  const faults = await check(source);
  const generating = open(source, { train: false, models: join(source, '..', 'models') }).then(async (pipeline) => {
    await using opened = pipeline;
    for await (const _ of opened.generate({ prompt: 'ab', count: 1, max_new_tokens: 2 }));
  });
  const thrown = await generating.then(
    () => ({ message: 'nothing', name: '' }),
    (error: Error) => error,
  );
  expect(faults).toHaveLength(1);
  expect(thrown.name).toBe('StagewrightError');
  expect(thrown.message).toContain(faults[0]!.message);
  return faults[0]!.message;
};

const slot = (id: unknown) => ({
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: 'x', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { x: { id: 'x', ids: [id], tokens: ['x'] } },
  },
});

test('a folder that can be served has no fault, and generates', async () => {
  const folder = await folderOf(IDS, slot(1));
  expect(await check(folder)).toEqual([]);
  await using pipeline = await open(folder, { train: false });
  const said: unknown[] = [];
  for await (const one of pipeline.generate({ prompt: 'ab', count: 1, max_new_tokens: 2 })) said.push(one);
  expect(said).toHaveLength(1);
});

test('a tokenizer with more ids than the model is a fault before it is one of generating, also in a pipeline of one’s own', async () => {
  const folder = await folderOf(IDS + 1);
  expect(await refused(folder)).toContain(`"${folder}" has ${IDS} ids, and the tokenizer ${IDS + 1}`);
  const file = join(folder, '..', 'p.json');
  await writeFile(
    file,
    JSON.stringify({
      name: 'p',
      stages: { tokenize: { use: 'tokenizer', with: { from: folder } }, backend: 'transformer', sample: 'greedy' },
      backends: { transformer: { with: { model: folder } } },
    }),
  );
  expect(await refused(file)).toContain('and the tokenizer');
});

test.each([-1, 9999, 2 ** 40, IDS])('the id %d before a text, which the tokenizer has not, is a fault', async (id) => {
  expect(await refused(await folderOf(IDS, slot(id)))).toMatch(
    new RegExp(`post_processor refers to "id ${id}", which the vocabulary lacks`),
  );
});

test.each([-1, 9999, 2 ** 40])('so is %d of a BERT or a RoBERTa', async (id) => {
  for (const type of ['BertProcessing', 'RobertaProcessing'])
    expect(await refused(await folderOf(IDS, { post_processor: { type, cls: ['a', 0], sep: ['b', id] } }))).toContain(`"id ${id}"`);
});

test.each([
  ['position_ids2', port('position_ids2', INT64, ['b', 'n']), 'which no decoder does'],
  ['total_sequence_length', port('total_sequence_length', INT64, []), 'which no decoder does'],
  ['past_sequence_length', port('past_sequence_length', INT64, []), 'gives no'],
  ['num_logits_to_keep', port('num_logits_to_keep', FLOAT, []), 'is of type float32'],
] as const)('an input "%s" that nobody feeds is a fault', async (name, input, why) => {
  const words = await refused(await folderOf(IDS, {}, [[11, input]]));
  expect(words).toContain(`"${name}"`);
  expect(words).toContain(why);
});

test('a graph has its own precision', async () => {
  const set = { 'backends.transformer.with.precision': 'int8' };
  expect((await check(await folderOf(IDS), { set })).map(({ message }) => message)).toEqual([
    expect.stringContaining('has its own precision'),
  ]);
});
