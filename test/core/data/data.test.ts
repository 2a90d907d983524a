import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { append, createRandom, logisticPrice, logitsAt, normal, type Prediction, type SparseLogits, slice } from '../../../core/index.ts';

describe('random', () => {
  test('goes on from a kept state', () => {
    const random = createRandom(7);
    for (let i = 0; i < 5; i++) random();
    const again = createRandom(random.state());
    expect([again(), again(), again()]).toEqual([random(), random(), random()]);
  });

  test('streams and seeds differ', () => {
    const first = (seed: number, stream: number) => createRandom(seed, stream)();
    const draws = [first(0, 0), first(1, 0), first(0, 1), first(2 ** 40, 0), first(2 ** 40 + 1, 0)];
    expect(new Set(draws).size).toBe(draws.length);
  });

  test('is uniform over 100 cells, also over neighbouring seeds (chi-square at 1e-9: 99 degrees of freedom, 203.4)', () => {
    const random = createRandom(3);
    for (const draw of [() => random(), (i: number) => createRandom(i)(), (i: number) => createRandom(1, i)()]) {
      const cells = new Float64Array(100);
      for (let i = 0; i < 20_000; i++) cells[Math.floor(draw(i) * 100)]!++;
      expect(cells.reduce((sum, n) => sum + (n - 200) ** 2 / 200, 0)).toBeLessThan(203.4);
    }
  });

  test('normal draws have mean 0 and variance 1 (six standard errors)', () => {
    const random = createRandom(5);
    const draws = Float64Array.from({ length: 20_000 }, () => normal(random));
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + b * b, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(6 * Math.sqrt(2 / 20_000));
  });
});

describe('rows', () => {
  test('append leaves every earlier row as it was', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ of: fc.nat(), back: fc.nat(3), fresh: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }) })),
        (moves) => {
          const rows: Int32Array[] = [new Int32Array(0)];
          const plain: number[][] = [[]];
          for (const { of, back, fresh } of moves) {
            const parent = of % rows.length;
            const taken = Math.min(back, plain[parent]!.length);
            rows.push(append(rows[parent]!, taken, Int32Array.from(fresh)));
            plain.push([...plain[parent]!.slice(0, plain[parent]!.length - taken), ...fresh]);
          }
          expect(rows.map((row) => [...row])).toEqual(plain);
        },
      ),
    ));
});

describe('predictions', () => {
  const sparse: SparseLogits = {
    vocabulary: 4,
    offsets: Int32Array.of(0, 1, 3),
    ids: Int32Array.of(2, 0, 3),
    logits: Float32Array.of(5, 6, 7),
    rest: Float32Array.of(-1, -2),
    base: Float32Array.of(0.5, 1, 1.5, 2),
  };

  test('sparse logits spell out to dense ones', () => {
    expect([...logitsAt(sparse, 0)]).toEqual([-0.5, 0, 5, 1]);
    expect([...logitsAt(sparse, 1)]).toEqual([6, -1, -0.5, 7]);
  });

  test('a slice of rows predicts what the rows did', () => {
    const logits = { dims: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const dense: Prediction = { kind: 'categorical', extent: 'next', counts: [1, 2], cost: [7, 8], logits };
    expect(slice(dense, 1, 2)).toEqual({
      kind: 'categorical',
      extent: 'next',
      counts: [2],
      cost: [8],
      logits: { dims: [2, 2], data: Float32Array.of(3, 4, 5, 6) },
    });
    const two: Prediction = { kind: 'categorical', extent: 'next', counts: [1, 1], logits: sparse };
    const second = slice(two, 1, 2);
    expect(second.kind === 'categorical' && [...logitsAt(second.logits, 0)]).toEqual([6, -1, -0.5, 7]);
  });

  test('the discretised logistic is a distribution, also far from its mean', () => {
    for (const [mean, logScale] of [
      [2.2, Math.log(1.5)],
      [-40, 0],
      [300, -3],
    ] as const) {
      let sum = 0;
      for (let id = 0; id < 8; id++) sum += Math.exp(-logisticPrice(id, mean, logScale, 8));
      expect(sum).toBeCloseTo(1, 9);
    }
    expect(logisticPrice(3, 2.2, Math.log(1.5), 8)).toBeCloseTo(1.8693904903763219, 12); // −ln(σ(1.3/1.5) − σ(0.3/1.5)), by Python's math
    expect(logisticPrice(5, 300, 0, 8)).toBeCloseTo(294.958674, 5); // far tail: −ln(e^−294.5 − e^−295.5)
  });
});
