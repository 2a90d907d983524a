import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';
import { ProtobufWriter } from '../../../../plugins/toolkit/protobuf/writer.ts';

const RUNS = process.env.STAGEWRIGHT_DEEP ? 5000 : 300;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'toolkit-'));
});
afterAll(() => rm(folder, { recursive: true }));

const x = t.input('x', ['batch', 20]);
const outputs = { y: t.named('answer', t.relu(t.linear('fc', 20, 30)(x))) };
const values = Float32Array.from({ length: 600 }, (_, at) => at / 7);
const weights = new Map<string, t.Value>([
  ['fc.weight', { dims: [20, 30], data: values }],
  ['fc.bias', { dims: [30], data: new Float32Array(30).fill(1) }],
]);
const card = { name: 'tiny', about: 'A layer.', metadata: { license: 'MIT' } };

describe('an .onnx file', () => {
  it('tells what was written', () => {
    const model = t.readModel(t.writeOnnx(outputs, weights, card));
    expect(model).toMatchObject({ producer: 'stagewright', about: 'A layer.', opsets: { '': 17 }, metadata: { license: 'MIT' } });
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['batch', 20] }]);
    expect(model.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['batch', 30] }]);
    expect(model.operators).toEqual(['MatMul', 'Add', 'Relu']);
    expect(model.initialisers.get('fc.weight')).toMatchObject({ dtype: 'float32', dims: [20, 30] });
  });

  it('has a variable without a weight as an input', () => {
    const { inputs } = t.readModel(t.writeOnnx(outputs, new Map([...weights].slice(0, 1))));
    expect(inputs.map(({ name }) => name)).toEqual(['x', 'fc.bias']);
  });

  it('gives its weights back and runs, whether they stand inside or beside it', async () => {
    const answers: unknown[] = [];
    for (const external of [false, true]) {
      const path = join(folder, `external-${external}.onnx`);
      await t.saveOnnx(path, outputs, weights, { ...card, external });
      const read = await t.loadWeights(path);
      expect(read.get('fc.weight')!.data).toEqual(values);
      expect((await t.loadWeights(path, ['fc.bias'])).get('fc.bias')!.data[29]).toBe(1);
      const session = await t.openSession(path, { threads: 1 });
      const { Tensor } = await import('onnxruntime-node');
      const { y } = await session.run({ x: new Tensor('float32', new Float32Array(20).fill(0.1), [1, 20]) });
      answers.push([...(y!.data as Float32Array)]);
      await session.release();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect((await readFile(join(folder, 'external-true.onnx'))).length).toBeLessThan(1000);
  });

  it('reads numbers from typed fields as other writers leave them', () => {
    const graph = (fill: (tensor: ProtobufWriter) => unknown): Uint8Array =>
      new ProtobufWriter().message(7, (out) => out.message(5, (tensor) => fill(tensor.integer(1, 2).string(8, 'w')))).finish();
    const floats = graph((tensor) => tensor.integer(2, 1).bytes(4, new Uint8Array(Float32Array.of(1.5, -2).buffer)));
    const integers = graph((tensor) => tensor.integer(2, 7).integer(7, 5).integer(7, -6));
    const packed = graph((tensor) => tensor.integer(2, 6).bytes(5, Uint8Array.of(3, 0xac, 2)));
    const read = (bytes: Uint8Array): unknown => t.initialiserOf('w', t.readModel(bytes).initialisers.get('w')!);
    expect(read(floats)).toEqual(Float32Array.of(1.5, -2));
    expect(read(integers)).toEqual(BigInt64Array.of(5n, -6n));
    expect(read(packed)).toEqual(Int32Array.of(3, 300));
  });

  it('refuses any part of itself, and any change, with nothing but its own error', () => {
    const whole = t.writeOnnx(outputs, weights, card);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const spoilt = cut ? whole.slice(0, at) : whole.with(at, byte);
        try {
          const { initialisers } = t.readModel(spoilt);
          for (const [name, initialiser] of initialisers) t.initialiserOf(name, initialiser);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TOOLKIT_ONNX' });
        }
      }),
      { numRuns: RUNS },
    );
    expect(() => t.readModel(whole.slice(0, whole.length - 1))).toThrow(expect.objectContaining({ code: 'TOOLKIT_ONNX' }));
    expect(() => t.readModel(new Uint8Array())).toThrow('holds 0 graphs');
  });

  it('refuses a shape that lies about its bytes, before any is set aside', () => {
    const huge = new ProtobufWriter().message(7, (out) =>
      out.message(5, (tensor) =>
        tensor
          .integer(1, 2 ** 40)
          .integer(2, 1)
          .string(8, 'w')
          .bytes(9, new Uint8Array(4)),
      ),
    );
    const { initialisers } = t.readModel(huge.finish());
    expect(() => t.initialiserOf('w', initialisers.get('w')!)).toThrow(/has 4 bytes where 4398046511104 belong/);
  });

  const outside = (location: string, offset = '0', length = '8'): Uint8Array =>
    new ProtobufWriter()
      .message(7, (out) =>
        out.message(5, (tensor) => {
          tensor.integer(1, 2).integer(2, 1).string(8, 'w').integer(14, 1);
          for (const [key, value] of Object.entries({ location, offset, length }))
            tensor.message(13, (entry) => entry.string(1, key).string(2, value));
        }),
      )
      .finish();

  it('keeps outside data inside the folder, also through links', async () => {
    const home = join(folder, 'home');
    await mkdir(join(home, 'sub'), { recursive: true });
    await writeFile(join(folder, 'secret'), new Uint8Array(64));
    await writeFile(join(home, 'sub', 'data'), new Uint8Array(Float32Array.of(1, 2, 3).buffer));
    await symlink('../secret', join(home, 'link'));
    await symlink('..', join(home, 'up'));
    const path = join(home, 'model.onnx');
    const load = async (model: Uint8Array): Promise<unknown> => {
      await writeFile(path, model);
      return (await t.loadWeights(path)).get('w')!.data;
    };
    expect(await load(outside('sub/data', '4'))).toEqual(Float32Array.of(2, 3));
    for (const location of ['../secret', join(folder, 'secret'), 'link', 'up/secret', '', '.', 'absent', 'sub/../../secret']) {
      await expect(load(outside(location)), location).rejects.toMatchObject({ code: 'TOOLKIT_ONNX' });
    }
    await expect(load(outside('sub/data', '8'))).rejects.toThrow('ends at 16 of 12 bytes');
    await expect(load(outside('sub/data', '0', '4'))).rejects.toThrow('claims 4 bytes where its shape takes 8');
    await expect(load(outside('sub/data', '-4'))).rejects.toThrow('lies at -4');
  });
});
