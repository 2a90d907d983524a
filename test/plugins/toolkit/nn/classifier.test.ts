import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../core/data/random.ts';
import * as t from '../../../../plugins/toolkit/index.ts';

const engine = { device: 'cpu', threads: 1 } as const;

/** Bars of 9×7 under noise: those that lie are 0, those that stand 1. */
const bars = (count: number, seed: number): t.Labelled => {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: count }, () => Math.floor(random() * 2));
  const pictures = new Float32Array(count * 63);
  labels.forEach((label, picture) => {
    const bar = Math.floor(random() * (label === 0 ? 9 : 7));
    for (let at = 0; at < 63; at++) {
      const on = (label === 0 ? Math.floor(at / 7) : at % 7) === bar;
      pictures[picture * 63 + at] = Number(on) + 0.3 * (random() - 0.5);
    }
  });
  return { pictures, labels };
};

const stack: t.ConvStack = { channels: [1, 4, 8], places: [9, 7], norm: t.batchNormLayer };
const settings = { ...engine, stack, classes: 2, features: 12, steps: 150, batch: 32, learningRate: 0.01, seed: 1 };

describe('a classifier', () => {
  it('learns from labelled pictures, and gives features beside its logits', async () => {
    const model = await t.trainClassifier(bars(400, 1), settings);
    expect(t.readModel(model).outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['features', ['batch', 12]],
      ['logits', ['batch', 2]],
    ]);
    await using network = await t.Network.open(model, engine);
    const held = bars(200, 2);
    const { logits } = await network.run({ pictures: { dims: [200, 1, 9, 7], data: held.pictures } });
    const right = held.labels.filter((label, at) => Number(logits!.data[2 * at + 1]! > logits!.data[2 * at]!) === label);
    expect(right.length).toBeGreaterThan(190);
    expect(await t.trainClassifier(bars(400, 1), { ...settings, steps: 3 })).toEqual(
      await t.trainClassifier(bars(400, 1), { ...settings, steps: 3 }),
    );
  });

  it('refuses what is not labelled, and stops when told', async () => {
    const { pictures, labels } = bars(4, 1);
    const refused = (data: t.Labelled): Promise<unknown> =>
      expect(t.trainClassifier(data, settings)).rejects.toMatchObject({ code: 'TOOLKIT_LABELS' });
    await refused({ pictures: pictures.subarray(1), labels });
    await refused({ pictures, labels: labels.with(0, 2) });
    await refused({ pictures: new Float32Array(), labels: new Int32Array() });
    await expect(t.trainClassifier({ pictures, labels }, { ...settings, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('a convolutional stack', () => {
  it('comes back to the size that it went in with, whatever that is', () => {
    for (const [places, inside] of [
      [
        [28, 28],
        [8, 7, 7],
      ],
      [
        [15, 30],
        [8, 3, 7],
      ],
      [[21], [8, 5]],
    ] as const) {
      const how = { channels: [3, 4, 8], places };
      expect(t.featureShape(how)).toEqual(inside);
      const features = t.convEncoder('in', how)(t.input('x', ['batch', 3, ...places]));
      expect(features.shape).toEqual(['batch', ...inside]);
      expect(t.convDecoder('out', how)(features).shape).toEqual(['batch', 3, ...places]);
    }
  });

  it('has its norms, kernels and activations where it was told', () => {
    const updates: t.Update[] = [];
    const seen: string[] = [];
    const through = (name: string, kernel: t.Node): t.Node => {
      seen.push(name);
      return t.spectralNorm(name, kernel, { updates });
    };
    const how = { ...stack, size: 3, stride: 1, padding: 0, activation: t.tanh, through, initial: t.normalInitial(0.02) };
    const x = t.input('x', [2, 1, 9, 7]);
    const features = t.convEncoder('in', how)(x, { updates });
    expect(features.shape).toEqual([2, 8, 5, 3]);
    const { metadata: _, operators } = t.readModel(t.writeOnnx({ y: t.convDecoder('out', how)(features) }));
    expect(operators.filter((operator) => operator === 'Tanh')).toHaveLength(3); // two on the way in, one on the way out
    expect(seen).toEqual(['in.0', 'in.1', 'out.0', 'out.1']);
    expect(updates.map(({ variable }) => t.nameOf(variable))).toEqual([
      ...seen.slice(0, 2).map((name) => `${name}.u`),
      'in.1.norm.running_mean',
      'in.1.norm.running_var',
      ...seen.slice(2).map((name) => `${name}.u`),
    ]);
    const parameters = t.parametersOf(t.sum(features)).map((node) => t.nameOf(node));
    expect(parameters.sort()).toEqual(['in.0.bias', 'in.0.weight', 'in.1.norm.bias', 'in.1.norm.weight', 'in.1.weight']);
  });
});
