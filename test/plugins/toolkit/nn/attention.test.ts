import { describe, expect, it } from 'vitest';
import * as t from '../../../../plugins/toolkit/index.ts';

const LENGTH = 300; // two blocks of queries, 128 and 172
const WIDTH = 4;
const shape = [1, 2, LENGTH, WIDTH];
const numbers = (size: number, turn: number): Float32Array => Float32Array.from({ length: size }, (_, at) => Math.sin(at * 0.7 + turn));
const feeds = { q: numbers(2 * LENGTH * WIDTH, 1), k: numbers(2 * LENGTH * WIDTH, 2), v: numbers(2 * LENGTH * WIDTH, 3) };

/** 0 where a position may look: at itself and those before, `reach` in all. */
const mask = (reach: number): t.Node =>
  t.constant(
    Float32Array.from({ length: LENGTH * LENGTH }, (_, at) => {
      const distance = Math.floor(at / LENGTH) - (at % LENGTH);
      return distance < 0 || distance >= reach ? -1e9 : 0;
    }),
    [LENGTH, LENGTH],
  );

/** What is seen, and the slopes of a sum of it. */
const seen = async (how: Parameters<typeof t.attend>[3], fed: typeof feeds = feeds): Promise<Record<string, number[]>> => {
  await using engine = await t.Engine.start({ device: 'cpu', threads: 1 });
  const inputs = ['q', 'k', 'v'].map((name) => t.input(name, shape)) as [t.Node, t.Node, t.Node];
  const y = t.attend(...inputs, how);
  const [dq, dk, dv] = t.gradients(t.sum(t.square(y)), inputs) as [t.Node, t.Node, t.Node];
  const program = t.programOf({ y, dq, dk, dv });
  const { outputs } = await engine.run(await engine.open(program), t.feedsOf(program.inputs, fed));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
};

const apart = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));

describe('attention that reaches so far and no further', () => {
  for (const reach of [LENGTH, 150, 20, 1]) {
    it(`sees and learns over ${reach} positions what a mask alone would let it`, async () => {
      const [whole, blocks] = [await seen({ mask: mask(reach) }), await seen({ mask: mask(reach), reach })];
      for (const name of ['y', 'dq', 'dk', 'dv']) expect(apart(whole[name]!, blocks[name]!)).toBeLessThan(1e-5);
    });
  }

  it('does not compute what lies beyond', async () => {
    const last = feeds.v.slice();
    last[(LENGTH - 1) * WIDTH] = Number.NaN; // of the first head: no weight of 0 takes it away
    const first = (values: readonly number[]): number[] => values.slice(0, 128 * WIDTH).filter((_, at) => at % WIDTH === 0);
    const whole = await seen({ mask: mask(LENGTH) }, { ...feeds, v: last });
    const blocks = await seen({ mask: mask(LENGTH), reach: LENGTH }, { ...feeds, v: last });
    expect(first(whole.y!).every(Number.isNaN)).toBe(true);
    expect(first(blocks.y!).some(Number.isNaN)).toBe(false);
    const v = feeds.v.slice();
    v[20 * WIDTH] = Number.NaN; // the second block begins at 128, and reads from 128 − reach + 1
    const second = (values: readonly number[]): number[] => values.slice(128 * WIDTH, LENGTH * WIDTH);
    const near = await seen({ mask: mask(109), reach: 109 }, { ...feeds, v });
    expect(second(near.y!).some(Number.isNaN)).toBe(true);
    const far = await seen({ mask: mask(108), reach: 108 }, { ...feeds, v });
    expect(second(far.y!).some(Number.isNaN)).toBe(false);
  });

  it('draws what is dropped for each block apart', async () => {
    const names: string[] = [];
    const inputs = ['q', 'k', 'v'].map((name) => t.input(name, shape)) as [t.Node, t.Node, t.Node];
    t.attend(...inputs, {
      mask: mask(LENGTH),
      reach: LENGTH,
      drop: (weights, block) => {
        names.push(`${block} of ${weights.shape.join('×')}`);
        return weights;
      },
    });
    expect(names).toEqual(['0 of 1×2×128×128', '1 of 1×2×172×300']);
    const x = t.input('x', [2, LENGTH, 8]);
    const program = t.programOf({ y: t.attention('a', 8, { heads: 2, causal: true, dropout: 0.5 })(x) });
    expect(program.noises.map(({ name }) => name)).toEqual(['a.dropout', 'a.dropout.1']);
  });

  it('is causal without a mask where told', async () => {
    const x = t.input('x', [1, 5, 8]);
    await using engine = await t.Engine.start({ device: 'cpu', threads: 1 }, 3);
    const program = t.programOf({
      told: t.attention('a', 8, { heads: 2, causal: true })(x),
    });
    const masked = t.programOf({ told: t.attention('a', 8, { heads: 2 })(x, t.causalMask(5)) });
    const fed = t.feedsOf(program.inputs, { x: numbers(40, 4) });
    const [one, other] = [await engine.run(await engine.open(program), fed), await engine.run(await engine.open(masked), fed)];
    expect([...(one.outputs.told!.data as Float32Array)]).toEqual([...(other.outputs.told!.data as Float32Array)]);
  });
});
