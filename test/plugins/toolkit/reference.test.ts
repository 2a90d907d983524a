import { describe, expect, it } from 'vitest';
import * as t from '../../../plugins/toolkit/index.ts';
import reference from './reference.json' with { type: 'json' };

type Case = { readonly value: readonly number[]; readonly gradients: readonly (readonly number[])[] };
type Path = { readonly path: readonly (readonly number[])[]; readonly rates: readonly number[] };
type Build = { readonly f: (...inputs: t.Node[]) => t.Node; readonly shapes: readonly (readonly number[])[] };

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** The same numbers that reference.py makes. */
const wave = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: size(shape) }, (_, i) => Math.sin(1.3 * i + 0.7 * seed) + 0.5 * Math.cos(2.9 * i * (seed + 1)));

/** How far apart two vectors are, as a share of the second's length. */
const apart = (found: ArrayLike<number>, wanted: readonly number[]): number => {
  let [difference, length] = [0, 0];
  wanted.forEach((value, at) => {
    difference += (found[at]! - value) ** 2;
    length += value ** 2;
  });
  return Math.sqrt(difference / length);
};

const run = async (nodes: Record<string, t.Node>, feeds: Record<string, Float32Array>): Promise<Record<string, Float32Array>> => {
  await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
  const program = t.programOf(nodes);
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => program.inputs.some((input) => input.name === name)));
  const { outputs } = await engine.run(await engine.open(program), t.feedsOf(program.inputs, used));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
};

const causal = t.causalMask(5);
const qkv = [
  [2, 2, 5, 4],
  [2, 2, 5, 4],
  [2, 2, 5, 4],
];
const LAYERS: Record<keyof typeof reference.layers, Build> = {
  layerNorm: { f: (x, w, b) => t.layerNorm(x, w, b), shapes: [[4, 6], [6], [6]] },
  rmsNorm: { f: (x, w) => t.rmsNorm(x, w), shapes: [[4, 6], [6]] },
  batchNorm: {
    f: (x, w, b) => t.add(t.multiply(t.standardise(x, [0, 2, 3])[0], t.alongChannels(w, x)), t.alongChannels(b, x)),
    shapes: [[3, 4, 2, 3], [4], [4]],
  },
  groupNorm: { f: (x, w, b) => t.groupNorm(x, 2, w, b), shapes: [[2, 4, 3], [4], [4]] },
  attention: { f: (q, k, v) => t.attend(q, k, v), shapes: qkv },
  attentionCausal: { f: (q, k, v) => t.attend(q, k, v, { mask: causal }), shapes: qkv },
  attentionGrouped: {
    f: (q, k, v) => t.attend(q, k, v, { mask: causal }),
    shapes: [
      [1, 4, 5, 4],
      [1, 2, 5, 4],
      [1, 2, 5, 4],
    ],
  },
  attentionAlibi: {
    f: (q, k, v) => t.attend(q, k, v, { mask: t.add(t.alibi(2, 5), causal) }),
    shapes: [
      [1, 2, 5, 4],
      [1, 2, 5, 4],
      [1, 2, 5, 4],
    ],
  },
  multiHead: {
    f: (x, w, b, wo, bo) => {
      const heads = (part: t.Node): t.Node => t.transpose(t.reshape(part, [2, 5, 4, 2]), [0, 2, 1, 3]);
      const [q, k, v] = t.split(t.affine(x, w, b), -1, 3).map(heads) as [t.Node, t.Node, t.Node];
      return t.affine(t.reshape(t.transpose(t.attend(q, k, v, { mask: causal }), [0, 2, 1, 3]), [2, 5, 8]), wo, bo);
    },
    shapes: [[2, 5, 8], [8, 24], [24], [8, 8], [8]],
  },
  rotary: { f: (x) => t.rotary(x), shapes: [[2, 2, 5, 6]] },
  crossEntropy: { f: (x) => t.crossEntropy(x, t.constant([1, 0, 6, 3], [4], 'int32'), { smoothing: 0.1 }), shapes: [[4, 7]] },
  binaryCrossEntropy: { f: (x) => t.binaryCrossEntropy(x, t.expandTo(t.constant(0.25), [3, 4])), shapes: [[3, 4]] },
  conv1d: { f: (x, w, b) => t.conv(x, w, { stride: 2, padding: 1, dilation: 2 }, b), shapes: [[2, 3, 11], [4, 3, 3], [4]] },
  conv2d: {
    f: (x, w, b) => t.conv(x, w, { stride: [2, 1], padding: [1, 0], dilation: [1, 2], groups: 2 }, b),
    shapes: [[2, 4, 6, 7], [6, 2, 3, 2], [6]],
  },
  convTransposed1d: { f: (x, w, b) => t.convTransposed(x, w, { stride: 3, padding: 1, extra: 1 }, b), shapes: [[2, 3, 5], [3, 2, 4], [2]] },
  convTransposed2d: {
    f: (x, w, b) => t.convTransposed(x, w, { stride: 2, padding: 1, extra: 1, groups: 2 }, b),
    shapes: [[2, 4, 3, 4], [4, 3, 3, 2], [6]],
  },
  maxPool: { f: (x) => t.maxPool(x, { size: 3, stride: 2, padding: 1 }), shapes: [[2, 2, 6, 5]] },
  averagePool: { f: (x) => t.averagePool(x, { size: 3, stride: 2, padding: 1 }), shapes: [[2, 2, 6, 5]] },
  upsampleLinear: { f: (x) => t.upsampleLinear(x, 2), shapes: [[1, 2, 3, 4]] },
  gelu: { f: t.gelu, shapes: [[3, 4]] },
  geluTanh: { f: t.geluTanh, shapes: [[3, 4]] },
  elu: { f: (x) => t.elu(x, 1.3), shapes: [[3, 4]] },
  softplus: { f: t.softplus, shapes: [[3, 4]] },
};

describe('values and gradients are those of PyTorch', () => {
  for (const [name, { f, shapes }] of Object.entries(LAYERS)) {
    it(name, async () => {
      const wanted = reference.layers[name as keyof typeof reference.layers] as Case;
      const xs = shapes.map((shape, at) => t.input(`x${at}`, shape));
      const y = f(...xs);
      const slopes = t.gradients(t.sum(t.multiply(y, t.constant(wave(y.shape as number[], 9), y.shape as number[]))), xs);
      const feeds = Object.fromEntries(shapes.map((shape, at) => [`x${at}`, wave(shape, at)]));
      const made = await run({ y, ...Object.fromEntries(slopes.map((slope, at) => [`g${at}`, slope])) }, feeds);
      expect(apart(made.y!, wanted.value)).toBeLessThan(1e-5);
      wanted.gradients.forEach((gradient, at) => {
        expect(apart(made[`g${at}`]!, gradient), `gradient ${at}`).toBeLessThan(1e-5);
      });
    });
  }
});

const follow = async (optimizer: t.Optimizer, wanted: Path, clip?: t.Plan['clip']): Promise<void> => {
  const start = wave([3, 4], 0);
  const w = t.parameter('w', [3, 4], { fill: 0 });
  const b = t.input('b', [3, 4]);
  const loss = t.sum(t.squaredError(t.multiply(w, t.constant(wave([3, 4], 1), [3, 4])), b));
  await using training = await t.Training.start({ w: { loss, optimizer, ...(clip && { clip }) } }, { device: 'cpu', threads: 1 });
  await training.host.write({ w: { dtype: 'float32', dims: [3, 4], data: start } });
  for (let step = 0; step < 10; step++) {
    const { learningRate } = await training.step({ b: wave([3, 4], 2 + step) });
    expect(Math.abs(learningRate / wanted.rates[step]! - 1), `rate at ${step}`).toBeLessThan(1e-5);
    expect(apart((await training.weights()).get('w')!.data as Float32Array, wanted.path[step]!), `step ${step}`).toBeLessThan(1e-5);
  }
};

describe('ten steps are those of PyTorch', () => {
  const { optimizers, schedules } = reference;
  const rate = 0.02;
  it('sgd', () => follow(t.sgd({ learningRate: 0.01 }), optimizers.sgd));
  it('sgd with momentum', () => follow(t.sgd({ learningRate: 0.01, momentum: 0.9 }), optimizers.momentum));
  it('sgd with Nesterov', () => follow(t.sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true }), optimizers.nesterov));
  it('RMSprop', () => follow(t.rmsProp({ learningRate: 0.01 }), optimizers.rmsProp));
  it('Adam', () => follow(t.adam({ learningRate: 0.05 }), optimizers.adam));
  it('AdamW', () => follow(t.adamW({ learningRate: 0.05, betas: [0.8, 0.95], weightDecay: 0.1 }), optimizers.adamW));
  it('Lion', () => follow(t.lion({ learningRate: 0.05, weightDecay: 0.1 }), optimizers.lion));
  it('clipping by norm', () => follow(t.sgd({ learningRate: 0.1 }), optimizers.clipNorm, { norm: 0.5 }));
  it('clipping by value', () => follow(t.sgd({ learningRate: 0.1 }), optimizers.clipValue, { value: 0.3 }));
  it('constant', () => follow(t.sgd({ learningRate: t.constantRate({ rate }) }), schedules.constant));
  it('linear', () => follow(t.sgd({ learningRate: t.linearDecay({ rate, steps: 8, floor: 0.002 }) }), schedules.linear));
  it('cosine', () => follow(t.sgd({ learningRate: t.cosineDecay({ rate, steps: 8, floor: 0.002 }) }), schedules.cosine));
  it('constant after a warm-up', () => follow(t.sgd({ learningRate: t.constantRate({ rate, warmup: 3 }) }), schedules.constantWarm));
  it('linear after a warm-up', () =>
    follow(t.sgd({ learningRate: t.linearDecay({ rate, steps: 9, floor: 0.002, warmup: 3 }) }), schedules.linearWarm));
  it('cosine after a warm-up', () =>
    follow(t.sgd({ learningRate: t.cosineDecay({ rate, steps: 9, floor: 0.002, warmup: 3 }) }), schedules.cosineWarm));
  it('inverse square root', () => follow(t.sgd({ learningRate: t.inverseSquareRoot({ rate, warmup: 3 }) }), schedules.inverseSquareRoot));
  it('one cycle', () => follow(t.sgd({ learningRate: t.oneCycle({ rate, steps: 10 }) }), schedules.oneCycle));
});
