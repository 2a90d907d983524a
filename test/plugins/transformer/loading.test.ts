import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, toFloat32, type Value, writeSafetensors } from '../../../plugins/toolkit/index.ts';
import { adopt } from '../../../plugins/transformer/loading/adopt.ts';
import { familyOf } from '../../../plugins/transformer/loading/families.ts';
import { foreignOf } from '../../../plugins/transformer/loading/foreign.ts';
import { loadWeights } from '../../../plugins/transformer/loading/load.ts';
import { listShards, readWhole } from '../../../plugins/transformer/loading/shards.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import { waves, writeFolder } from './folder.ts';

interface Case {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, number[]>>;
}

const cases = JSON.parse(await readFile(join(import.meta.dirname, 'reference.json'), 'utf8')) as Case[];
const of = (type: string): Case => cases.find(({ config }) => config.model_type === type)!;
const tensorsOf = ({ tensors }: Case): Record<string, Value> =>
  Object.fromEntries(Object.entries(tensors).map(([name, dims], seed) => [name, waves(name, dims, seed)]));

let home = '';
let count = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'transformer-loading-'));
});
afterAll(() => rm(home, { recursive: true }));

/** A folder of a family, changed before it is written. */
const folderOf = (
  type: string,
  {
    config = {},
    tensors = (all) => all,
    ...how
  }: {
    readonly config?: object;
    readonly tensors?: (all: Record<string, Value>) => Record<string, Value>;
    readonly shards?: number;
    readonly dtype?: 'bfloat16';
  } = {},
): Promise<string> => writeFolder(join(home, `${count++}`), { ...of(type).config, ...config }, tensors(tensorsOf(of(type))), how);

const load = async (folder: string) => loadWeights({ folder }, familyOf(folder).architecture);

describe('a folder with safetensors', () => {
  it('is read the same from one file, from shards, and without the prefix of the whole model', async () => {
    const whole = await load(await folderOf('gpt2'));
    const inner = (all: Record<string, Value>) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [name.replace('transformer.', ''), value]));
    for (const other of [await folderOf('gpt2', { shards: 3 }), await folderOf('gpt2', { tensors: inner })])
      expect(await load(other)).toEqual(whole);
  });

  it('is read from the shard that the index names, whatever copies stand in others, and refused where it names none', async () => {
    const whole = await load(await folderOf('llama'));
    const folder = await folderOf('llama', { shards: 2 });
    const [first, second] = ['model-1-of-2.safetensors', 'model-2-of-2.safetensors'].map((name) => join(folder, name)) as [string, string];
    const name = 'model.embed_tokens.weight';
    const tensors = readSafetensors(await readFile(second)).tensors;
    const stale = (dims: readonly number[]) =>
      writeSafetensors({ ...tensors, [name]: { dtype: 'float32', dims, data: new Float32Array(dims[0]! * dims[1]!) } });
    await writeFile(second, stale([19, 16]));
    expect(await load(folder)).toEqual(whole);
    await writeFile(second, stale([2, 3]));
    expect((await listShards(folder)).get(name)!.dims).toEqual([19, 16]);
    const path = join(folder, 'model.safetensors.index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    delete index.weight_map[name];
    await writeFile(path, JSON.stringify(index));
    await expect(load(folder)).rejects.toThrow(`says nothing of "${name}", which stands in several shards`);
    expect(Object.keys(readSafetensors(await readFile(first)).tensors)).toContain(name);
  });

  it('is read at several stretches where it is too large for one, and found sound without reading a weight', async () => {
    const folder = await folderOf('llama');
    const path = join(folder, 'model.safetensors');
    const bytes = await readFile(path);
    expect(await readWhole(path, 1000)).toEqual(new Uint8Array(bytes));
    const listed = await listShards(folder);
    const { tensors } = readSafetensors(bytes);
    expect([...listed].map(([name, { dtype, dims }]) => [name, dtype, dims])).toEqual(
      Object.entries(tensors).map(([name, { dtype, dims }]) => [name, dtype, dims]),
    );
    const first = listed.get('model.embed_tokens.weight')!;
    expect(new Float32Array(bytes.buffer.slice(bytes.byteOffset + first.from, bytes.byteOffset + first.to))).toEqual(
      tensors['model.embed_tokens.weight']!.data,
    );
    await truncate(path, bytes.length - 4);
    await expect(listShards(folder)).rejects.toThrow('lies at');
  });

  it('is checked by its header alone: 64 GB of holes take no time', async () => {
    const folder = await folderOf('llama');
    const path = join(folder, 'model.safetensors');
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [2 ** 34], data_offsets: [0, 2 ** 36] } });
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(header.length));
    await writeFile(path, Buffer.concat([start, Buffer.from(header)]));
    await truncate(path, 8 + header.length + 2 ** 36);
    const model = new TransformerModel({ model: folder }, { vocabulary: 19 });
    await expect(model.load(folder)).rejects.toThrow('holds another architecture');
  });

  it('has queries, keys and values side by side, turned as products are', async () => {
    const all = tensorsOf(of('llama'));
    const weights = await load(await folderOf('llama'));
    const { dims, data } = weights.get('layers.0.qkv.weight')!;
    expect(dims).toEqual([16, 32]);
    const at = (name: string, out: number, input: number): number =>
      Number(all[`model.layers.0.self_attn.${name}_proj.weight`]!.data[out * 16 + input]);
    expect([data[3 * 32 + 5], data[3 * 32 + 16 + 2], data[7 * 32 + 24 + 6]]).toEqual([at('q', 5, 3), at('k', 2, 3), at('v', 6, 7)]);
  });

  it('is read in bfloat16', async () => {
    const weights = await load(await folderOf('llama', { dtype: 'bfloat16' }));
    const exact = await load(await folderOf('llama'));
    for (const [name, { data }] of weights) {
      const wanted = exact.get(name)!.data as Float32Array;
      const furthest = Math.max(...wanted.map((each, i) => Math.abs(Number(data[i]) - each) / (Math.abs(each) + 1e-9)));
      expect(furthest).toBeLessThan(2 ** -7); // eight bits of fraction, cut off
    }
  });

  it('is saved as it was read', async () => {
    for (const type of ['gpt2', 'llama', 'mistral', 'qwen3']) {
      const folder = await folderOf(type);
      const vocabulary = Number(of(type).config.vocab_size);
      await using model = new TransformerModel({ model: folder }, { vocabulary });
      const copy = join(home, `${count++}`);
      await mkdir(copy);
      await model.save(copy);
      const [was, is] = await Promise.all(
        [folder, copy].map(async (each) => readSafetensors(await readFile(join(each, 'model.safetensors'))).tensors),
      );
      expect(Object.keys(is!).sort()).toEqual(Object.keys(was!).sort());
      for (const [name, weight] of Object.entries(was!)) expect(toFloat32(is![name]!)).toEqual(toFloat32(weight));
      expect(familyOf(copy).architecture).toEqual(familyOf(folder).architecture);
    }
  });

  it.each([
    ['an unknown architecture', { config: { model_type: 'bloom' } }, /"bloom".*known are gpt2, llama, mistral, qwen2, qwen3/],
    ['an unknown stretching of positions', { config: { rope_scaling: { rope_type: 'longrope', factor: 2 } } }, /"rope_type".*llama3/],
    ['heads that do not share keys', { config: { num_key_value_heads: 3 } }, /"num_key_value_heads".*divisor of 4/],
    ['a size that is none', { config: { num_hidden_layers: 1e12 } }, /"num_hidden_layers"/],
    ['a missing size', { config: { hidden_size: undefined } }, /nothing as "hidden_size"/],
    ['an unknown activation', { config: { hidden_act: 'mish' } }, /"hidden_act".*silu/],
  ])('is refused with %s', async (_, change, message) => {
    const folder = await folderOf('llama', change);
    expect(() => familyOf(folder)).toThrow(message);
  });

  it('is refused with tensors that are missing, unknown, or of another shape or type, all at once', async () => {
    const folder = await folderOf('llama', {
      tensors: ({ 'model.norm.weight': _, ...rest }) => ({
        ...rest,
        'model.layers.0.self_attn.q_proj.weight': { dims: [4, 4], data: new Float32Array(16) },
        'model.extra.weight': { dims: [1], data: new Float32Array(1) },
      }),
    });
    await expect(load(folder)).rejects.toThrow(
      /"model.layers.0.self_attn.q_proj.weight" is \[4, 4\], and \[16, 16\] is wanted; "model.norm.weight" is missing; "model.extra.weight" has no place here/,
    );
  });

  it('is refused where a file is cut short, a shard is missing, or one lies elsewhere', async () => {
    const cut = await folderOf('llama');
    await truncate(join(cut, 'model.safetensors'), 5000);
    await expect(load(cut)).rejects.toThrow(/safetensors/);
    const missing = await folderOf('llama', { shards: 3 });
    await rm(join(missing, 'model-2-of-3.safetensors'));
    await expect(load(missing)).rejects.toThrow(/model-2-of-3\.safetensors" cannot be read/);
    const outside = await folderOf('llama', { shards: 2 });
    const index = { weight_map: { 'model.norm.weight': '../secret.safetensors' } };
    await writeFile(join(outside, 'model.safetensors.index.json'), JSON.stringify(index));
    await expect(load(outside)).rejects.toThrow(/no file of this folder/);
    const none = await folderOf('llama');
    await rm(join(none, 'model.safetensors'));
    await expect(load(none)).rejects.toThrow(/neither it nor model.safetensors is there/);
  });

  it('is refused with settings that would change it, and with a tokenizer of more ids', async () => {
    const model = await folderOf('llama');
    expect(() => new TransformerModel({ model, layers: 3 }, { vocabulary: 19 })).toThrow(/"layers" is told by the config.json/);
    expect(() => new TransformerModel({ model }, { vocabulary: 20 })).toThrow(/has 19 ids, and the tokenizer 20/);
  });
});

describe('a folder becomes a pipeline', () => {
  it('not without a tokenizer', async () => {
    await expect(adopt(await folderOf('llama'))).rejects.toThrow(/without a tokenizer; put one of tokenizer.json/);
  });

  it('not where it has no config.json', async () => {
    expect(await adopt(home)).toBeUndefined();
  });

  it('whose sampling its generation_config.json says', async () => {
    const folder = await folderOf('llama');
    await writeFile(join(folder, 'tokenizer.json'), '{}');
    expect(await adopt(folder)).toMatchObject({
      stages: { sample: { use: 'greedy' } },
      backends: { transformer: { with: { model: folder } } },
    });
    await writeFile(
      join(folder, 'generation_config.json'),
      JSON.stringify({ do_sample: true, temperature: 0.6, top_p: 0.9, eos_token_id: 2 }),
    );
    expect(await adopt(folder)).toMatchObject({ stages: { sample: { use: 'sampling', with: { temperature: 0.6, top_p: 0.9 } } } });
  });
});

describe("somebody's graph", () => {
  const foreign = join(import.meta.dirname, 'foreign', 'gpt2');
  const copied = async (): Promise<string> => {
    const folder = join(home, `${count++}`);
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await copyFile(join(foreign, 'config.json'), join(folder, 'config.json'));
    await copyFile(join(foreign, 'onnx', 'model.onnx'), join(folder, 'onnx', 'model_q4.onnx'));
    return folder;
  };

  it('is found under the name that is asked for', async () => {
    const folder = await copied();
    expect(foreignOf(folder, undefined)).toEqual(foreignOf(folder, 'model_q4'));
    expect(foreignOf(folder, 'model_q4')).toMatchObject({ vocabulary: 19, context: 96 });
    expect(() => foreignOf(folder, 'model_fp16')).toThrow(/model_fp16.onnx" cannot be read: it is not there/);
  });

  it('is refused where it is cut short, or reaches for data outside of its folder', async () => {
    const folder = await copied();
    const path = join(folder, 'onnx', 'model_q4.onnx');
    await truncate(path, 4000);
    expect(() => foreignOf(folder, 'model_q4')).toThrow(/\.onnx/);
    await writeFile(path, externalModel('../../secret'));
    expect(() => foreignOf(folder, 'model_q4')).toThrow(/at "..\/..\/secret", outside of its folder/);
    await writeFile(path, externalModel('data'));
    expect(() => foreignOf(folder, 'model_q4')).toThrow(/should be at "data", which is not there/);
    await symlink('/etc/hostname', join(folder, 'onnx', 'data'));
    expect(() => foreignOf(folder, 'model_q4')).toThrow(/a link out of its folder/);
  });

  it('is refused where it is no decoder', async () => {
    const folder = await copied();
    await writeFile(join(folder, 'onnx', 'model_q4.onnx'), identity());
    await using model = new TransformerModel({ model: folder, onnx: 'model_q4' }, { vocabulary: 19 });
    const { session } = model;
    const part = { fresh: Int32Array.of(1), memory: 0, next: session.number(), positions: 1 };
    await expect(session.read([part], new AbortController().signal)).rejects.toThrow(/no decoder that reads with a cache: it takes "x"/);
  });
});

const field = (number: number, bytes: readonly number[]): number[] => [(number << 3) | 2, bytes.length, ...bytes];
const text = (number: number, value: string): number[] => field(number, [...Buffer.from(value)]);

/** A model of one initialiser, whose numbers are said to stand elsewhere. */
const externalModel = (location: string): Uint8Array => {
  const entry = field(13, [...text(1, 'location'), ...text(2, location)]);
  const tensor = [8, 1, 16, 1, ...text(8, 'w'), ...entry, 112, 1];
  return Uint8Array.from([8, 8, ...field(7, [...text(2, 'g'), ...field(5, tensor)])]);
};

/** y = x, of floats. */
const identity = (): Uint8Array => {
  const port = (name: string): number[] => [...text(1, name), ...field(2, field(1, [8, 1]))];
  const node = [...text(1, 'x'), ...text(2, 'y'), ...text(4, 'Identity')];
  const graph = [...field(1, node), ...text(2, 'g'), ...field(11, port('x')), ...field(12, port('y'))];
  return Uint8Array.from([8, 8, ...field(7, graph), ...field(8, [...text(1, ''), 16, 17])]);
};
