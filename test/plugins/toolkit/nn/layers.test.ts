import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

type Outputs = Readonly<Record<string, { readonly dims: readonly number[]; readonly data: ArrayBufferView }>>;
const numbers = (value: Outputs[string] | t.Weight): number[] => [...(value.data as Float32Array)];

/** Runs a graph once, in this thread, and hands back what it reports and what its variables are then. */
const once = async (nodes: Record<string, t.Node>, feeds: Record<string, t.Feed> = {}, updates: readonly t.Update[] = [], seed = 3) => {
  await using engine = await t.Engine.start({ device: 'cpu', threads: 1 }, seed);
  const program = t.programOf(nodes, updates);
  const number = await engine.open(program);
  const before = await engine.read();
  const { outputs } = await engine.run(number, t.feedsOf(program.inputs, feeds));
  return { outputs: outputs as Outputs, before, variables: await engine.read() };
};

const spread = (values: readonly number[]): readonly [number, number] => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)];
};

describe('initialisers', () => {
  const drawn = async (shape: readonly number[], initial: t.Initial): Promise<number[]> => {
    const { before } = await once({ y: t.exp(t.parameter('w', shape, initial)) });
    return numbers(before.w!);
  };

  it('have the spread that their papers say', async () => {
    const [, normal] = spread(await drawn([200, 100], t.normalInitial(0.5)));
    expect(normal).toBeCloseTo(0.5, 1);
    const xavier = await drawn([200, 100], t.xavier([200, 100]));
    expect(Math.max(...xavier)).toBeLessThanOrEqual(Math.sqrt(6 / 300));
    expect(spread(xavier)[1]).toBeCloseTo(Math.sqrt(2 / 300), 2);
    const kaiming = await drawn([50, 20, 3, 3], t.kaiming([50, 20, 3, 3])); // fan in 180
    expect(Math.max(...kaiming)).toBeLessThanOrEqual(Math.sqrt(6 / 180));
    expect(spread(kaiming)[1]).toBeCloseTo(Math.sqrt(2 / 180), 2);
  });

  for (const [rows, columns] of [
    [5, 9],
    [9, 5],
  ] as const) {
    it(`make orthogonal [${rows}, ${columns}]`, async () => {
      const w = await drawn([rows, columns], t.orthogonal(2));
      const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
      const at = (vector: number, i: number): number => (rows < columns ? w[vector * columns + i]! : w[i * columns + vector]!);
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let product = 0;
          for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
          expect(product).toBeCloseTo(a === b ? 4 : 0, 5);
        }
      }
    });
  }
});

describe('layers', () => {
  const x = t.input('x', [2, 3]);
  const feeds = { x: Float32Array.of(1, 2, 3, 4, 5, 6) };

  it('share parameters between calls, and keep those of one name apart from others', async () => {
    const layer = t.linear('fc', 3, 3);
    const { before } = await once({ y: layer(layer(x)) }, feeds);
    expect(Object.keys(before)).toEqual(['fc.weight', 'fc.bias']);
    expect(() => t.programOf({ y: t.add(layer(x), t.linear('fc', 3, 3)(x)) })).toThrow(
      expect.objectContaining({ code: 'TOOLKIT_DUPLICATE' }),
    );
  });

  it('hold a weight as told before they use it', async () => {
    const { outputs } = await once(
      { y: t.linear('fc', 3, 1, { initial: { fill: 2 }, through: (weight) => t.multiply(weight, 0.5) })(x) },
      feeds,
    );
    expect(numbers(outputs.y!)).toEqual([6, 15]);
  });

  it('can do without a bias', async () => {
    const { before } = await once({ y: t.linear('fc', 3, 4, { bias: false, initial: { fill: 1 } })(x) }, feeds);
    expect(Object.keys(before)).toEqual(['fc.weight']);
  });

  it('look up, and score by the same table', async () => {
    const table = t.embedding('token', 4, 2, { draw: 'normal', deviation: 1 });
    const { outputs, before } = await once({
      y: table(t.constant([2, 0], [2], 'int32')),
      logits: table.logits(t.constant([1, 0], [1, 2])),
    });
    const w = numbers(before['token.weight']!);
    expect(numbers(outputs.y!)).toEqual([w[4], w[5], w[0], w[1]]);
    expect(numbers(outputs.logits!)).toEqual([w[0], w[2], w[4], w[6]]);
  });

  it('normalise a batch, keep its statistics, and use them afterwards', async () => {
    const norm = t.batchNormLayer('norm', 3);
    const updates: t.Update[] = [];
    const { outputs, variables } = await once({ y: norm(x, { updates }), later: norm(x) }, feeds, updates);
    expect(numbers(outputs.y!).map(Math.round)).toEqual([-1, -1, -1, 1, 1, 1]);
    // before anything is kept the mean is 0 and the variance 1
    numbers(outputs.later!).forEach((value, at) => {
      expect(value).toBeCloseTo((at + 1) / Math.sqrt(1 + 1e-5), 5);
    });
    // of the columns (1, 4), (2, 5), (3, 6) the means are 2.5, 3.5, 4.5 and the variance 4.5; a tenth of them is taken
    expect(numbers(variables['norm.running_mean']!).map((value) => Math.round(value * 1e4) / 1e4)).toEqual([0.25, 0.35, 0.45]);
    for (const value of numbers(variables['norm.running_var']!)) expect(value).toBeCloseTo(0.9 + 0.45, 3);
  });

  it('hold a weight to a largest singular value of 1', async () => {
    // diag(3, 1, 2): after some turns the largest is 3, so the first of the diagonal becomes 1
    const w = t.constant([3, 0, 0, 0, 1, 0, 0, 0, 2], [3, 3]);
    const updates: t.Update[] = [];
    const held = t.spectralNorm('w', w, { updates });
    await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
    const program = t.programOf({ held }, updates);
    const number = await engine.open(program);
    let made: number[] = [];
    for (let turn = 0; turn < 40; turn++) made = numbers((await engine.run(number, {})).outputs.held as Outputs[string]);
    expect(made[0]).toBeCloseTo(1, 4);
    expect(made[8]).toBeCloseTo(2 / 3, 4);
  });

  it('attend to the past alone where told', async () => {
    const [width, positions] = [8, 4];
    const layer = t.attention('look', width, { heads: 4, kvHeads: 2, turn: (part) => t.rotary(part) });
    const h = t.input('h', [1, positions, width]);
    const nodes = { y: layer(h, t.causalMask(positions)), free: layer(h) };
    const one = Float32Array.from({ length: 32 }, (_, at) => Math.sin(at));
    const other = one.with(31, 5); // the last position is another
    const [a, b] = [(await once(nodes, { h: one })).outputs, (await once(nodes, { h: other })).outputs];
    expect(numbers(b.y!).slice(0, 24)).toEqual(numbers(a.y!).slice(0, 24));
    expect(numbers(b.y!).slice(24)).not.toEqual(numbers(a.y!).slice(24));
    expect(numbers(b.free!).slice(0, 8)).not.toEqual(numbers(a.free!).slice(0, 8));
  });

  it('turn pairs so that products depend on distances alone', async () => {
    const vector = [0.3, -1, 0.8, 0.2];
    const same = t.constant([...vector, ...vector, ...vector, ...vector], [4, 4]);
    const turned = t.rotary(same);
    const { outputs } = await once({ products: t.matmul(turned, t.swap(turned)) });
    const products = numbers(outputs.products!);
    expect(products[1]).toBeCloseTo(products[6]!, 5); // (0, 1) and (1, 2)
    expect(products[2]).toBeCloseTo(products[7]!, 5); // (0, 2) and (1, 3)
    expect(Math.abs(products[1]! - products[2]!)).toBeGreaterThan(0.01);
  });

  it('turn by the positions that are fed as by those that are counted', async () => {
    const x = t.input('x', ['batch', 2, 'time', 6]);
    const data = Float32Array.from({ length: 36 }, (_, at) => Math.sin(at));
    const counted = t.rotary(t.constant(data, [1, 2, 3, 6]));
    const placed = t.rotary(x, { positions: t.unsqueeze(t.input('at', ['batch', 'time'], 'int32'), 1) });
    const feeds = { x: { dims: [1, 2, 3, 6], data }, at: { dims: [1, 3], data: Int32Array.of(0, 1, 2) } };
    const { outputs } = await once({ counted, placed }, feeds);
    numbers(outputs.placed!).forEach((value, at) => {
      expect(value).toBeCloseTo(numbers(outputs.counted!)[at]!, 5);
    });
  });

  it('turn by other frequencies where given', async () => {
    const { outputs } = await once({ y: t.rotary(t.constant([0, 0, 1, 0], [2, 2]), { frequencies: [0.5] }) });
    expect(numbers(outputs.y!).slice(2)).toEqual([Math.cos(0.5), Math.sin(0.5)].map(Math.fround));
  });

  it('know positions by waves and by heart', async () => {
    const learned = t.learnedPositions('position', 6, 4);
    const { outputs, before } = await once({ waves: t.sinusoidalPositions(3, 4), learned: learned(2) });
    // sin, cos of position/10000^(0/4), then of position/10000^(2/4)
    expect(
      numbers(outputs.waves!)
        .slice(4, 8)
        .map((value) => value.toFixed(5)),
    ).toEqual(['0.84147', '0.54030', '0.01000', '0.99995']);
    expect(numbers(outputs.learned!)).toEqual(numbers(before['position.weight']!).slice(0, 8));
  });

  it('give ALiBi its slopes, also where heads are no power of two', async () => {
    const { outputs } = await once({ bias: t.alibi(6, 2) });
    // the published slopes of 6 heads: 1/4, 1/16, 1/64, 1/256, then 1/2, 1/8
    const nearest = numbers(outputs.bias!).filter((value) => value !== 0);
    expect(nearest).toEqual([-1 / 4, -1 / 16, -1 / 64, -1 / 256, -1 / 2, -1 / 8]);
  });

  it('feed forward, with a gate and without, and around', async () => {
    const nodes = {
      plain: t.feedForward('a', 3, 5, { activation: t.relu })(x),
      gated: t.gatedFeedForward('b', 3, 5)(x),
      around: t.residual(t.linear('c', 3, 3, { initial: { fill: 0 } }))(x),
    };
    const { outputs, before } = await once(nodes, feeds);
    expect(Object.keys(before)).toEqual([
      'a.up.weight',
      'a.up.bias',
      'a.down.weight',
      'a.down.bias',
      'b.gate.weight',
      'b.up.weight',
      'b.down.weight',
      'c.weight',
      'c.bias',
    ]);
    expect(outputs.plain!.dims).toEqual([2, 3]);
    expect(numbers(outputs.around!)).toEqual([...feeds.x]);
  });

  it('convolve and back', async () => {
    const picture = t.input('picture', [1, 2, 8, 8]);
    const small = t.convLayer('down', 2, 4, { size: [4, 4], stride: 2, padding: 1, groups: 2 })(picture);
    const { outputs, before } = await once(
      { small, large: t.convTransposedLayer('up', 4, 2, { size: [4, 4], stride: 2, padding: 1, bias: false })(small) },
      { picture: new Float32Array(128).fill(1) },
    );
    expect([outputs.small!.dims, outputs.large!.dims]).toEqual([
      [1, 4, 4, 4],
      [1, 2, 8, 8],
    ]);
    expect(Object.entries(before).map(([name, { dims }]) => [name, dims])).toEqual([
      ['down.weight', [4, 1, 4, 4]],
      ['down.bias', [4]],
      ['up.weight', [4, 2, 4, 4]],
    ]);
  });

  it('draw noise of each kind', async () => {
    const size = 20_000;
    const noises = { normal: t.noise('n', [size]), uniform: t.noise('u', [size], 'uniform'), gumbel: t.noise('g', [size], 'gumbel') };
    const { outputs } = await once(Object.fromEntries(Object.entries(noises).map(([name, node]) => [name, t.multiply(node, 1)])));
    const drawn = (name: string): number[] => numbers(outputs[name]!);
    expect(spread(drawn('normal'))[0]).toBeCloseTo(0, 1);
    expect(spread(drawn('normal'))[1]).toBeCloseTo(1, 1);
    expect(spread(drawn('uniform'))[0]).toBeCloseTo(0.5, 1);
    expect(Math.max(...drawn('uniform'))).toBeLessThan(1);
    expect(spread(drawn('gumbel'))[0]).toBeCloseTo(0.5772, 1); // Euler's constant
    expect(spread(drawn('gumbel'))[1]).toBeCloseTo(Math.PI / Math.sqrt(6), 1);
  });

  it('drop a share, and make good for it', async () => {
    const wide = t.input('wide', [100, 100]);
    const { outputs } = await once({ y: t.dropout('drop', wide, 0.25) }, { wide: new Float32Array(10_000).fill(3) });
    const made = numbers(outputs.y!);
    expect(new Set(made)).toEqual(new Set([0, 4]));
    expect(made.filter((value) => value === 0).length / made.length).toBeCloseTo(0.25, 1);
    const fed = await once({ y: t.dropout('drop', wide, 0.25) }, { wide: new Float32Array(10_000).fill(3) }, [], 4);
    expect(numbers(fed.outputs.y!)).not.toEqual(made);
  });
});
