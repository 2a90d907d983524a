import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

const BATCH = 8;
const options = { device: 'cpu', threads: 1 } as const;

/** A small classifier, with dropout so that there is luck to resume. */
const classifier = (extra: Partial<t.Plan> = {}): Record<string, t.Plan> => {
  const [x, y] = [t.input('x', [BATCH, 6]), t.input('y', [BATCH], 'int32')];
  const hidden = t.dropout('drop', t.relu(t.linear('hidden', 6, 16)(x)), 0.2);
  const loss = t.mean(t.crossEntropy(t.linear('out', 16, 3)(hidden), y));
  return {
    classify: {
      loss,
      optimizer: t.adamW({ learningRate: t.cosineDecay({ rate: 0.02, steps: 30, warmup: 3 }) }),
      clip: { norm: 1 },
      ...extra,
    },
  };
};
const batch = (at: number): { x: Float32Array; y: Int32Array } => ({
  x: Float32Array.from({ length: BATCH * 6 }, (_, i) => Math.sin(i * 1.7 + at)),
  y: Int32Array.from({ length: BATCH }, (_, i) => (i + at) % 3),
});

const bits = async (training: t.Training): Promise<string> => Buffer.from(await training.state()).toString('base64');

describe('Training', () => {
  it('lowers the loss and reports on the way', async () => {
    await using training = await t.Training.start(classifier(), options);
    const first = await training.step(batch(0));
    let last = first;
    for (let step = 1; step < 30; step++) last = await training.step(batch(0));
    expect(last.loss).toBeLessThan(first.loss / 2);
    expect(last).toMatchObject({ step: 30, metrics: {} });
    expect(first.learningRate).toBeCloseTo(0.02 / 3, 8);
    expect(first.gradientNorm).toBeGreaterThan(0);
    expect(first.itemsPerSecond).toBeGreaterThan(0);
  });

  it('resumes to the same bits, luck and counts included', async () => {
    const plans = (): Record<string, t.Plan> => classifier({ accumulate: 3, average: 0.9 });
    await using whole = await t.Training.start(plans(), { ...options, seed: 5 });
    for (let step = 0; step < 11; step++) await whole.step(batch(step));
    await using before = await t.Training.start(plans(), { ...options, seed: 5 });
    for (let step = 0; step < 7; step++) await before.step(batch(step));
    const kept = await before.state();
    await using after = await t.Training.start(plans(), { ...options, seed: 99 });
    await after.restore(kept);
    for (let step = 7; step < 11; step++) await after.step(batch(step));
    expect(await bits(after)).toBe(await bits(whole));
  });

  it('starts elsewhere from another seed, and at the same from the same', async () => {
    const start = async (seed: number): Promise<string> => {
      await using training = await t.Training.start(classifier(), { ...options, seed });
      return await bits(training);
    };
    const [one, again, other] = [await start(1), await start(1), await start(2)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it('accumulates to what one larger batch gives', async () => {
    const plan = (size: number, accumulate: number): Record<string, t.Plan> => {
      const [x, w] = [t.input('x', [size, 3]), t.parameter('w', [3, 1], { fill: 0.5 })];
      return { fit: { loss: t.mean(t.square(t.subtract(t.matmul(x, w), 1))), optimizer: t.sgd({ learningRate: 0.1 }), accumulate } };
    };
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.cos(i));
    await using large = await t.Training.start(plan(8, 1), options);
    await using small = await t.Training.start(plan(2, 4), options);
    for (let round = 0; round < 3; round++) {
      await large.step({ x: data });
      for (let part = 0; part < 4; part++)
        expect((await small.step({ x: data.subarray(part * 6, part * 6 + 6) })).step).toBe(part < 3 ? round : round + 1);
    }
    const [a, b] = [(await large.weights()).get('w')!.data, (await small.weights()).get('w')!.data];
    for (let at = 0; at < 3; at++) expect(b[at]).toBeCloseTo(Number(a[at]), 6);
  });

  it('keeps a moving average of the weights', async () => {
    const w = t.parameter('w', [1], { fill: 1 });
    await using training = await t.Training.start({ p: { loss: t.sum(w), optimizer: t.sgd({ learningRate: 1 }), average: 0.75 } }, options);
    await training.step({});
    await training.step({});
    expect((await training.weights()).get('w')!.data[0]).toBe(-1);
    expect((await training.weights({ average: true })).get('w')!.data[0]).toBeCloseTo(-1 / 1.75, 6); // of 0 and −1, weighed 0.75 to 1; the 1 that it began with is no part of it
  });

  it('holds parameters within bounds', async () => {
    const w = t.parameter('w', [2], { fill: 0.05 });
    const loss = t.sum(t.multiply(w, t.constant([1, -0.1])));
    await using training = await t.Training.start(
      { p: { loss, optimizer: t.heldWithin(0.1, t.sgd({ learningRate: 0.4, momentum: 0.5 })) } },
      options,
    );
    await training.step({}); // 0.05 − 0.4, 0.05 + 0.04
    expect([...(await training.weights()).get('w')!.data]).toEqual([-0.1, 0.09].map(Math.fround));
    await training.step({}); // the momentum is not held: its 1 became 1.5
    expect([...(await training.host.read(['p/velocity/w']))['p/velocity/w']!.data]).toEqual([1.5, -0.15].map(Math.fround));
  });

  it('takes turns over one set of weights, each plan at its own', async () => {
    const [a, b] = [t.parameter('a', [1], { fill: 1 }), t.parameter('b', [1], { fill: 2 })];
    const product = t.sum(t.multiply(a, b));
    const optimizer = t.sgd({ learningRate: 0.5 });
    await using training = await t.Training.start(
      { up: { loss: t.negate(product), optimizer, parameters: [a] }, down: { loss: product, optimizer, parameters: [b] } },
      options,
    );
    await training.step({}, 'up'); // a ← 1 + 0.5·2
    await training.step({}, 'down'); // b ← 2 − 0.5·2
    const weights = await training.weights();
    expect([weights.get('a')!.data[0], weights.get('b')!.data[0]]).toEqual([2, 1]);
    await expect(training.step({})).rejects.toMatchObject({ code: 'TOOLKIT_FEED' });
  });

  it('stops at what is no number, and leaves the last good weights', async () => {
    const [w, x] = [t.parameter('w', [1], { fill: 1 }), t.input('x', [1])];
    await using training = await t.Training.start(
      { p: { loss: t.sum(t.log(t.multiply(w, x))), optimizer: t.adam({ learningRate: 0.1 }) } },
      options,
    );
    await training.step({ x: Float32Array.of(2) });
    const good = await bits(training);
    await expect(training.step({ x: Float32Array.of(-1) })).rejects.toMatchObject({
      code: 'TOOLKIT_DIVERGED',
      message: expect.stringMatching(/step 2.*x\[1\].*step 1 stand/),
    });
    expect(await bits(training)).toBe(good);
    await training.step({ x: Float32Array.of(2) });
  });

  it('stops at a loss far above those of the start', async () => {
    const [w, x] = [t.parameter('w', [1], { fill: 1 }), t.input('x', [1])];
    const plan = { loss: t.sum(t.multiply(w, x)), optimizer: t.sgd({ learningRate: 1e-9 }) };
    await using training = await t.Training.start({ p: plan }, { ...options, divergence: 50 });
    for (let step = 0; step < 10; step++) await training.step({ x: Float32Array.of(2) });
    await training.step({ x: Float32Array.of(90) });
    await expect(training.step({ x: Float32Array.of(110) })).rejects.toMatchObject({ code: 'TOOLKIT_DIVERGED' });
  });

  it('says what differs in a state of another architecture', async () => {
    await using one = await t.Training.start(classifier(), options);
    const [x, y] = [t.input('x', [BATCH, 6]), t.input('y', [BATCH], 'int32')];
    const loss = t.mean(t.crossEntropy(t.linear('hidden', 6, 3)(x), y));
    await using other = await t.Training.start({ classify: { loss, optimizer: t.sgd({ learningRate: 1 }) } }, options);
    await expect(other.restore(await one.state())).rejects.toThrow(
      /"hidden\.weight" is float32\[6, 16\], and float32\[6, 3\] is wanted.*"out\.weight" has no place here/,
    );
    await expect(one.restore(await other.state())).rejects.toThrow(/"out\.weight" is missing/);
  });

  it('refuses plans that cannot be trained, before anything runs', async () => {
    const [w, x] = [t.parameter('w', [2], { fill: 1 }), t.input('x', [2])];
    const optimizer = t.sgd({ learningRate: 1 });
    const loss = t.sum(t.multiply(w, x));
    const refused = (plan: Partial<t.Plan>, why: string): Promise<void> =>
      expect(t.Training.start({ p: { loss, optimizer, ...plan } }, options)).rejects.toMatchObject({
        code: 'TOOLKIT_PLAN',
        message: expect.stringContaining(why),
      });
    await refused({ loss: t.sum(x) }, 'the plan "p" cannot be trained: its loss depends on no parameter');
    await refused({ parameters: [x] }, '"x" is float32[2] and no variable');
    await refused({ updates: [{ variable: x, next: w }] }, '"x" is float32[2] and no variable');
    await refused({ metrics: { each: w } }, 'the metric "each" is float32[2]');
    await refused({ metrics: { loss } }, 'a metric cannot be called "loss"');
    await refused({ accumulate: 1.5 }, 'accumulate 1.5 batches');
    const unused = t.Training.start({ p: { loss, optimizer, parameters: [w, t.parameter('v', [1], { fill: 0 })] } }, options);
    await expect(unused).rejects.toMatchObject({ code: 'TOOLKIT_UNREACHED', message: expect.stringContaining('"v"') });
    await using training = await t.Training.start({ p: { loss, optimizer } }, options);
    await expect(training.step({ x: new Float32Array(2) }, 'q')).rejects.toThrow('must be named, one of p');
    const wide = t.Network.open({ y: t.exp(t.parameter('w', [3], { fill: 0 })) }, { host: training.host });
    await expect(wide).rejects.toMatchObject({
      code: 'TOOLKIT_STATE',
      message: expect.stringContaining('"w" is [2] here, and was given [3]'),
    });
    const written = training.host.write({ w: { dtype: 'float32', dims: [1], data: new Float32Array(1) } });
    await expect(written).rejects.toMatchObject({ code: 'TOOLKIT_STATE' });
  });

  it('refuses feeds that do not fit', async () => {
    await using training = await t.Training.start(classifier(), options);
    const good = batch(0);
    await expect(training.step({ x: good.x })).rejects.toThrow('"y" was not fed');
    await expect(training.step({ ...good, z: good.x })).rejects.toThrow('"z" is none of the graph\'s: x, y');
    await expect(training.step({ ...good, x: good.x.subarray(1) })).rejects.toThrow('"x" is [8, 6], and was fed 47 numbers');
    await expect(training.step({ ...good, x: Float64Array.from(good.x) })).rejects.toThrow(
      '"x" is of type float32, and was fed a Float64Array',
    );
  });

  it('ends cleanly while a step runs, and refuses more', async () => {
    const training = await t.Training.start(classifier(), options);
    const running = training.step(batch(0));
    await training.close();
    expect((await running).step).toBe(1);
    await expect(training.step(batch(1))).rejects.toMatchObject({ code: 'TOOLKIT_CLOSED' });
  });
});
