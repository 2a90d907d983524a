import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

const engine = { device: 'cpu', threads: 1 } as const;
const [fc, norm] = [t.linear('fc', 3, 2), t.batchNormLayer('norm', 2)];
const served = (): Record<string, t.Node> => ({ y: norm(fc(t.input('x', ['batch', 3]))) });
const plan = (): t.Plan => {
  const updates: t.Update[] = [];
  const loss = t.mean(t.square(norm(fc(t.input('x', [4, 3])), { updates })));
  return { loss, optimizer: t.sgd({ learningRate: 0.1 }), updates };
};
const batch = { x: Float32Array.from({ length: 12 }, (_, at) => Math.sin(at)) };
const rows = (count: number): t.Feed => ({ dims: [count, 3], data: Float32Array.from({ length: 3 * count }, (_, at) => at / 4) });
const numbers = (answers: Readonly<Record<string, t.Fed>>): number[] => [...(answers.y!.data as Float32Array)];

describe('a network', () => {
  it('answers the same beside its training, on its own, from a file and from safetensors, for any batch', async () => {
    await using training = await t.Training.start({ p: plan() }, engine);
    await training.step(batch);
    await using beside = await t.Network.open(served(), { host: training.host });
    const early = numbers(await beside.run({ x: rows(2) }));
    await training.step(batch);
    const late = numbers(await beside.run({ x: rows(2) }));
    expect(late).not.toEqual(early); // the weights are those of the moment

    const weights = await training.weights();
    expect([...weights.keys()].sort()).toEqual([
      'fc.bias',
      'fc.weight',
      'norm.bias',
      'norm.running_mean',
      'norm.running_var',
      'norm.weight',
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'toolkit-network-'));
    try {
      const path = join(folder, 'model.onnx');
      await t.saveOnnx(path, served(), weights, { external: true });
      const { tensors } = t.readSafetensors(t.writeSafetensors(Object.fromEntries(weights)));
      const opened = [
        await t.Network.open(served(), { ...engine, weights }),
        await t.Network.open(path, engine),
        await t.Network.open(served(), { ...engine, weights: new Map(Object.entries(tensors)) }),
      ];
      for (const network of opened) {
        const made = numbers(await network.run({ x: rows(2) }));
        made.forEach((value, at) => {
          expect(value).toBeCloseTo(late[at]!, 5);
        });
        expect((await network.run({ x: rows(5) })).y!.dims).toEqual([5, 2]);
        await network.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is closed without the thread that it borrowed', async () => {
    await using host = await t.Host.start(engine);
    const [one, other] = [await t.Network.open(served(), { host }), await t.Network.open(served(), { host })];
    await one.close();
    await expect(one.run({ x: rows(1) })).rejects.toMatchObject({ code: 'TOOLKIT_CLOSED' });
    expect((await other.run({ x: rows(1) })).y!.dims).toEqual([1, 2]);
  });

  it('draws the noise that it is not fed', async () => {
    const y = t.multiply(t.noise('luck', [3]), 1);
    const [a, b] = [await t.Network.open({ y }, { ...engine, seed: 1 }), await t.Network.open({ y }, { ...engine, seed: 1 })];
    const [first, second] = [numbers(await a.run()), numbers(await b.run())];
    expect(second).toEqual(first);
    expect(numbers(await a.run())).not.toEqual(first);
    expect(numbers(await b.run({ luck: Float32Array.of(1, 2, 3) }))).toEqual([1, 2, 3]);
    await a.close();
    await b.close();
  });

  it('says which weights are missing or do not fit', async () => {
    const weights = new Map<string, t.Value>([
      ['fc.weight', { dims: [2, 3], data: new Float32Array(6) }],
      ['fc.bias', { dims: [2], data: new Int32Array(2) }],
    ]);
    const opened = t.Network.open({ y: fc(t.input('x', [1, 3])) }, { ...engine, weights });
    await expect(opened).rejects.toMatchObject({
      code: 'TOOLKIT_STATE',
      message: expect.stringMatching(
        /"fc.weight" is Float32Array\[2, 3\], and float32\[3, 2\] is wanted; "fc.bias" is Int32Array\[2\], and float32\[2\]/,
      ),
    });
    await expect(t.Network.open(served(), { ...engine, weights: new Map() })).rejects.toThrow('"norm.running_var" is missing');
    expect(() => t.writeOnnx(served(), weights)).toThrow(expect.objectContaining({ code: 'TOOLKIT_STATE' }));
  });

  it('refuses what is no model, and leaves no thread behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toolkit-network-'));
    try {
      await writeFile(join(folder, 'none.onnx'), 'none');
      await expect(t.Network.open(join(folder, 'none.onnx'), engine)).rejects.toMatchObject({ code: 'TOOLKIT_ONNX' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
