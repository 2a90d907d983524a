import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreignOf } from '../../../plugins/transformer/loading/foreign.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { ForeignEngine } from '../../../plugins/transformer/session/foreign-engine.ts';
import { randomWeights } from '../../bench/transformer-models.ts';
import { BOOL, edited, type Field, FLOAT, HALF, INT32, INT64, int, ints, node, port, renamed } from './edit-onnx.ts';

const VOCABULARY = 12;
const [KEY, VALUE] = ['past_key_values.0.key', 'past_key_values.0.value'] as const;

let home = '';
let plain = Buffer.alloc(0);
let count = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-ports-'));
  await using model = new TransformerModel({ preset: 'llama', layers: 1, heads: 2, width: 16, context: 24 }, { vocabulary: VOCABULARY });
  await model.learn(randomWeights(model));
  await model.save(home);
  plain = await readFile(join(home, 'onnx', 'model.onnx'));
});
afterAll(() => rm(home, { recursive: true }));

const open = async (model: Buffer): Promise<ForeignEngine> => {
  const onnx = join(home, `${count++}.onnx`);
  await writeFile(onnx, model);
  return ForeignEngine.open({ onnx, vocabulary: VOCABULARY, device: 'cpu' });
};

const pause = async (): Promise<void> => undefined;

/** What a graph says in all that can be asked: after a row, after more of it, at several positions, prices, and after a memory that was taken back. */
const said = async (model: Buffer): Promise<number[]> => {
  const engine = await open(model);
  const read = async (memory: number, next: number, positions: number, fresh: readonly number[], targets?: readonly number[]) => [
    ...(await engine.read(
      [{ fresh: Int32Array.from(fresh), memory, next, positions, ...(targets && { targets: Int32Array.from(targets) }) }],
      pause,
    )),
  ];
  const all = [
    await read(0, 1, 1, [3, 5, 7, 2, 9]),
    await read(1, 2, 1, [4]),
    await read(1, 3, 3, [4, 1, 8]),
    await read(0, 4, 0, [6, 6]),
    await read(4, 5, 2, [0, 11], [11, 3]),
  ];
  await engine.rewind(3, 6, 2);
  all.push(await read(6, 7, 1, [2]));
  await engine.close();
  return all.flat();
};

const expectSame = async (model: Buffer): Promise<void> => {
  const [found, wanted] = [await said(model), await said(plain)];
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) expect(found[at]).toBeCloseTo(value, 4);
};

/** The plain graph, its logits under another name, and what makes logits of them. */
const followed = (...more: readonly Field[]): Buffer =>
  edited(plain, (graph) => [
    ...renamed(
      graph.filter(([number]) => number !== 12),
      rest('logits', 'all'),
    ),
    ...outputs(graph),
    ...more,
  ]);
const rest = (name: string, other: string) => (each: string) => (each === name ? other : each);
const outputs = (graph: readonly Field[]): Field[] => graph.filter(([number]) => number === 12);

const inputsWithout = (graph: readonly Field[], ...names: readonly string[]): Field[] =>
  graph.filter(([number, value]) => number !== 11 || !names.some((name) => (value as Buffer).includes(name)));

describe('an exported graph reads the same with', () => {
  for (const [name, dims, type] of [
    ['num_logits_to_keep', [], INT64],
    ['num_logits_to_keep', [1], INT64],
    ['logits_to_keep', [1], INT32],
  ] as const)
    it(`${name} [${dims}], a number of logits that it keeps`, () =>
      expectSame(
        followed(
          [11, port(name, type, dims)],
          [5, ints('one', [1])],
          [5, ints('far', [2 ** 40])],
          [1, node('Cast', [name], 'kept64', [int('to', INT64)])],
          [1, node('Reshape', ['kept64', 'one'], 'kept')],
          [1, node('Neg', ['kept'], 'from')],
          [1, node('Slice', ['all', 'from', 'far', 'one'], 'logits')],
        ),
      ));

  it('use_cache_branch, which says whether there is a memory', () =>
    expectSame(
      followed(
        [11, port('use_cache_branch', BOOL, [1])],
        [5, ints('two', [2])],
        [5, ints('none', [0])],
        [1, node('Shape', [KEY], 'dims')],
        [1, node('Gather', ['dims', 'two'], 'length')],
        [1, node('Greater', ['length', 'none'], 'some')],
        [1, node('Equal', ['some', 'use_cache_branch'], 'right')],
        [1, node('Cast', ['right'], 'factor', [int('to', FLOAT)])],
        [1, node('Mul', ['all', 'factor'], 'logits')],
      ),
    ));

  it('token_type_ids, which are zeros', () =>
    expectSame(
      followed(
        [11, port('token_type_ids', INT64, ['b', 'n'])],
        [5, ints('two', [2])],
        [1, node('Cast', ['token_type_ids'], 'kinds', [int('to', FLOAT)])],
        [1, node('Unsqueeze', ['kinds', 'two'], 'shifts')],
        [1, node('Add', ['all', 'shifts'], 'logits')],
      ),
    ));

  it('cache_position, which is where the tokens are', () =>
    expectSame(
      followed(
        [11, port('cache_position', INT64, ['n'])],
        [5, ints('two', [2])],
        [1, node('Equal', ['cache_position', 'position_ids'], 'right')],
        [1, node('Cast', ['right'], 'factors', [int('to', FLOAT)])],
        [1, node('Unsqueeze', ['factors', 'two'], 'factor')],
        [1, node('Mul', ['all', 'factor'], 'logits')],
      ),
    ));

  it.each([
    ['past_key_values.0.decoder.key', 'present.0.decoder.key'],
    ['past.0.key', 'present.0.key'],
    ['past_key_0', 'present_key_0'],
    ['past_key_values_0_key', 'present_key_values_0_key'],
    ['past_key_values.key.0', 'presents.key.0'],
  ])('%s and %s', (past, present) => {
    const name = (before: string): string => {
      for (const of of ['key', 'value'])
        for (const [theirs, ours] of [
          [past, `past_key_values.0.${of}`],
          [present, `present.0.${of}`],
        ] as const)
          if (before === ours) return theirs.replace(/key(?!_values)/, of);
      return before;
    };
    return expectSame(edited(plain, (graph) => renamed(graph, name)));
  });

  it('keys and values stacked, past_0 and present_0', () =>
    expectSame(
      edited(plain, (graph) => [
        ...inputsWithout(graph, KEY, VALUE).filter(([number, value]) => number !== 12 || (value as Buffer).includes('logits')),
        [11, port('past_0', FLOAT, [2, 'b', 2, 'p', 8])],
        [12, port('present_0', FLOAT, [2, 'b', 2, 'w', 8])],
        [5, ints('at0', [0], [])],
        [5, ints('at1', [1], [])],
        [5, ints('front', [0])],
        [1, node('Gather', ['past_0', 'at0'], KEY)],
        [1, node('Gather', ['past_0', 'at1'], VALUE)],
        [1, node('Unsqueeze', ['present.0.key', 'front'], 'keys')],
        [1, node('Unsqueeze', ['present.0.value', 'front'], 'values')],
        [1, node('Concat', ['keys', 'values'], 'present_0', [int('axis', 0)])],
      ]),
    ));

  it('a memory in half precision', async () => {
    const half = edited(plain, (graph) => {
      const inner = renamed(inputsWithout(graph, KEY, VALUE), (name) => name.replace(/^present/, 'whole')).filter(
        ([number]) => number !== 12,
      );
      return [
        ...inner,
        ...outputs(graph).filter(([, value]) => (value as Buffer).includes('logits')),
        ...['key', 'value'].flatMap((of): Field[] => [
          [11, port(`past_key_values.0.${of}.half`, HALF, ['b', 2, 'p', 8])],
          [12, port(`present.0.${of}.half`, HALF, ['b', 2, 'w', 8])],
          [1, node('Cast', [`past_key_values.0.${of}.half`], `past_key_values.0.${of}`, [int('to', FLOAT)])],
          [1, node('Cast', [`whole.0.${of}`], `present.0.${of}.half`, [int('to', HALF)])],
        ]),
      ];
    });
    const [found, wanted] = [await said(half), await said(plain)];
    for (const [at, value] of wanted.entries()) expect(found[at]).toBeCloseTo(value, 1);
    expect(found).not.toEqual(wanted);
  });

  it('ids and masks of 32 bits', () =>
    expectSame(
      edited(plain, (graph) => [
        ...renamed(inputsWithout(graph, 'input_ids', 'attention_mask'), (name) => name.replace(/^(input_ids|attention_mask)$/, '$1.64')),
        [11, port('input_ids', INT32, ['b', 'n'])],
        [11, port('attention_mask', INT32, ['b', 'w'])],
        [1, node('Cast', ['input_ids'], 'input_ids.64', [int('to', INT64)])],
        [1, node('Cast', ['attention_mask'], 'attention_mask.64', [int('to', INT64)])],
      ]),
    ));

  it('neither a mask nor positions', () =>
    expectSame(
      edited(plain, (graph) => [
        ...inputsWithout(graph, 'attention_mask', 'position_ids'),
        [5, ints('zero', [0])],
        [5, ints('one', [1])],
        [5, ints('two', [2])],
        [1, node('Shape', [KEY], 'pastDims')],
        [1, node('Shape', ['input_ids'], 'freshDims')],
        [1, node('Gather', ['pastDims', 'two'], 'pastLength')],
        [1, node('Gather', ['freshDims', 'one'], 'freshLength')],
        [1, node('Add', ['pastLength', 'freshLength'], 'wholeLength')],
        [1, node('Concat', ['one', 'wholeLength'], 'maskDims', [int('axis', 0)])],
        [1, node('Expand', ['one', 'maskDims'], 'attention_mask')],
        ...['past', 'whole'].map((of): Field => [1, node('Squeeze', [`${of}Length`], of)]),
        [1, node('Squeeze', ['one'], 'step')],
        [1, node('Range', ['past', 'whole', 'step'], 'range')],
        [1, node('Unsqueeze', ['range', 'zero'], 'position_ids')],
      ]),
    ));

  it('one token at a time', () =>
    expectSame(edited(plain, (graph) => [...inputsWithout(graph, 'input_ids'), [11, port('input_ids', INT64, ['b', 1])]])));
});

describe('an exported graph is refused where', () => {
  const input = (...fields: readonly Buffer[]): Buffer => edited(plain, (graph) => [...graph, ...fields.map((each): Field => [11, each])]);
  const instead = (name: string, other: Buffer): Buffer => edited(plain, (graph) => [...inputsWithout(graph, name), [11, other]]);
  it.each<[string, () => Buffer, RegExp]>([
    ['it takes what nobody knows', () => input(port('speaker', FLOAT, [1])), /it takes "speaker", which no decoder does/],
    [
      'it takes embeddings alone',
      () => edited(plain, (graph) => renamed(graph, rest('input_ids', 'inputs_embeds'))),
      /it takes "inputs_embeds" instead of input_ids/,
    ],
    [
      'it takes what an encoder makes',
      () => input(port('past_key_values.0.encoder.key', FLOAT, ['b', 2, 'e', 8])),
      /which an encoder makes/,
    ],
    ['nothing comes out for a memory', () => input(port('past_key_values.1.key', FLOAT, ['b', 2, 'p', 8])), /gives no "present\.1\.key"/],
    [
      'a memory is no list of tokens',
      () =>
        edited(plain, (graph) => [
          ...graph,
          [11, port('past_conv.0', FLOAT, ['b', 4, 3])],
          [12, port('present_conv.0', FLOAT, ['b', 4, 3])],
          [1, node('Identity', ['past_conv.0'], 'present_conv.0')],
        ]),
      /"past_conv\.0" is of 4 tokens/,
    ],
    [
      'a memory has no width',
      () => instead(KEY, port(KEY, FLOAT, ['b', 2, 'p', 'w'])),
      /"past_key_values\.0\.key" has no fixed number of heads, or width/,
    ],
    ['a mask is no list', () => input(port('token_type_ids', INT64, [1, 1, 1, 1])), /"token_type_ids" has 4 dimensions, and 2 is wanted/],
    ['positions are no whole numbers', () => input(port('cache_position', FLOAT, ['n'])), /"cache_position" is of type float32/],
    [
      'it takes several tokens at a time',
      () => instead('input_ids', port('input_ids', INT64, ['b', 4])),
      /it takes 4 tokens at a time, no more and no fewer/,
    ],
  ])('%s', async (_, make, message) => {
    await expect(open(make())).rejects.toMatchObject({ code: 'TRANSFORMER_GRAPH', message: expect.stringMatching(message) });
  });

  it('it gives logits of fewer positions than are wanted', async () => {
    const last = followed(
      [5, ints('one', [1])],
      [5, ints('far', [2 ** 40])],
      [5, ints('from', [-1])],
      [1, node('Slice', ['all', 'from', 'far', 'one'], 'logits')],
    );
    const engine = await open(last);
    const part = { fresh: Int32Array.of(1, 2, 3), memory: 0, next: 1, positions: 1 };
    expect(await engine.read([part], pause)).toHaveLength(VOCABULARY);
    await expect(engine.read([{ ...part, positions: 2 }], pause)).rejects.toThrow(/logits of 1 positions where 2 are wanted/);
    await engine.close();
  });
});

describe('an exported graph is found', () => {
  it.each([
    ['onnx/model.onnx'],
    ['onnx/decoder_model_merged.onnx'],
    ['onnx/decoder_with_past_model.onnx'],
    ['model.onnx'],
    ['decoder_model_merged.onnx'],
    ['onnx/model_fp16.onnx'],
    ['onnx/model_q4f16.onnx', 'onnx/model_q4.onnx'],
    ['onnx/model_quantized.onnx', 'onnx/model_q4.onnx'],
    ['onnx/model.onnx', 'model.onnx', 'onnx/model_fp16.onnx'],
  ])('as %s', async (...names) => {
    const folder = await mkdtemp(join(home, 'folder-'));
    await mkdir(join(folder, 'onnx'));
    await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: VOCABULARY, n_positions: 24 }));
    for (const name of names) await copyFile(join(home, 'onnx', 'model.onnx'), join(folder, name));
    expect(foreignOf(folder, undefined)).toEqual({ onnx: join(folder, names[0]!), vocabulary: VOCABULARY, context: 24 });
    const last = names.at(-1)!;
    expect(foreignOf(folder, last.replace(/^onnx\/|\.onnx$/g, ''))!.onnx).toMatch(/\.onnx$/);
    await writeFile(join(folder, 'model.safetensors'), '');
    expect(foreignOf(folder, undefined)).toBeUndefined();
  });

  it('under no other name, unless it is named', async () => {
    const folder = await mkdtemp(join(home, 'folder-'));
    await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: VOCABULARY, n_positions: 24 }));
    expect(foreignOf(folder, undefined)).toBeUndefined();
    await mkdir(join(folder, 'onnx'));
    await copyFile(join(home, 'onnx', 'model.onnx'), join(folder, 'onnx', 'decoder_model.onnx'));
    expect(() => foreignOf(folder, undefined)).toThrow(
      /onnx" cannot be read: of decoder_model\.onnx none is called .* choose one by "onnx"/,
    );
    expect(foreignOf(folder, 'decoder_model')).toMatchObject({ onnx: join(folder, 'onnx', 'decoder_model.onnx') });
  });
});
