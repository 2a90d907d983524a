import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logitsAt, type Prediction } from '../../../core/index.ts';
import { Greedy } from '../../../plugins/sampling/greedy.ts';
import { greedily } from '../../../plugins/sampling/usable.ts';
import { dense, type Position, sparse, sparseLogits } from './predictions.ts';

const greedy = new Greedy();
const ids = (prediction: Prediction): number[][] => greedy.sample(prediction).inputIds.map((row) => [...row]);
const logistic = (mean: number, logScale: number, levels: number): Prediction => ({
  kind: 'logistic',
  extent: 'whole',
  counts: [1],
  levels,
  mean: { dims: [1], data: Float32Array.of(mean) },
  logScale: { dims: [1], data: Float32Array.of(logScale) },
});

describe('greedy', () => {
  it('takes the likeliest after each row, of equals the smallest', () => {
    expect(
      ids(
        dense(
          [
            [0, 3, 1],
            [2, 2, 1],
            [-1, -2, 0.5],
          ],
          [1, 1, 1],
        ),
      ),
    ).toEqual([[1], [0], [2]]);
  });

  it('looks at a row’s last position where there are more, and at all of a whole row', () => {
    const positions = [
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0],
    ];
    expect(ids(dense(positions, [3, 1]))).toEqual([[1], [0]]);
    expect(ids(dense(positions, [3, 1], 'whole'))).toEqual([[1, 0, 1], [0]]);
  });

  it('finds the same in sparse logits as in the row they stand for', () => {
    const value = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), value, fc.array(fc.tuple(fc.nat(7), value)), (base, rest, list) => {
        const position: Position = { base, rest, listed: [...new Map(list.filter(([id]) => id < base.length))] };
        const row = [...logitsAt(sparseLogits(position), 0)];
        expect(ids(sparse(position))).toEqual([[row.indexOf(Math.max(...row))]]);
      }),
    );
  });

  it('takes the likeliest level of a logistic, which may be an end', () => {
    expect(ids(logistic(3.4, -1, 8))).toEqual([[3]]);
    expect(ids(logistic(3.6, -1, 8))).toEqual([[4]]);
    expect(ids(logistic(-2, 0, 8))).toEqual([[0]]);
    expect(ids(logistic(99, 0, 8))).toEqual([[7]]);
    // scale e: P(0) = σ((0.5 − 1.2) / e) = 0.436, P(1) = σ(0.3 / e) − σ(−0.7 / e) = 0.091
    expect(ids(logistic(1.2, 1, 256))).toEqual([[0]]);
  });

  describe('with a repetition penalty', () => {
    const held = [Int32Array.of(1, 1, 3), Int32Array.of(0)];
    const chosen = (penalty: number, prediction: Prediction, rows = held) =>
      new Greedy({ repetition_penalty: penalty }).sample(prediction, rows).inputIds.map((row) => [...row]);

    it('divides what is positive and multiplies what is negative, of all that the row holds, the prompt included', () => {
      // 4 / 2 = 2 < 3; nothing of row 1 but id 0 is held: 4 stays the greatest
      expect(
        chosen(
          2,
          dense(
            [
              [0, 4, 3, 5.9],
              [0, 4, 3, 1],
            ],
            [1, 1],
          ),
        ),
      ).toEqual([[2], [1]]);
      // −1 · 4 = −4 < −3; counted once, although id 1 is held twice
      expect(chosen(4, dense([[-9, -1, -3, -2]], [1]), held.slice(0, 1))).toEqual([[2]]);
      expect(chosen(4, dense([[-9, -1, -5, -2]], [1]), held.slice(0, 1))).toEqual([[1]]);
      // below 1 it favours what is held: 2 / 0.5 = 4 > 3
      expect(chosen(0.5, dense([[0, 2, 3, 1]], [1]), held.slice(0, 1))).toEqual([[1]]);
    });

    it('remembers what a row held, and sees what it has read since', () => {
      const greedy = new Greedy({ repetition_penalty: 2 });
      const first = greedy.sample(dense([[3, 4, 0]], [1]), [Int32Array.of(2)]);
      expect([...first.inputIds[0]!]).toEqual([1]);
      const second = greedy.sample(dense([[3, 4, 0]], [1]), [Int32Array.of(2, 1)], first.state);
      expect([...second.inputIds[0]!]).toEqual([0]);
    });

    it('finds the same in sparse logits as in the row they stand for', () => {
      const value = fc.integer({ min: -4, max: 4 });
      const penalty = fc.constantFrom(0.5, 1.5, 3);
      fc.assert(
        fc.property(
          fc.array(value, { minLength: 1, maxLength: 8 }),
          value,
          fc.array(fc.tuple(fc.nat(7), value)),
          fc.array(fc.nat(9)),
          penalty,
          (base, rest, list, row, penalty) => {
            const position: Position = { base, rest, listed: [...new Map(list.filter(([id]) => id < base.length))] };
            const lowered = [...logitsAt(sparseLogits(position), 0)].map((logit, id) =>
              row.includes(id) ? Math.fround(logit > 0 ? logit / penalty : logit * penalty) : logit,
            );
            const wanted = [[lowered.indexOf(Math.max(...lowered))]];
            expect(chosen(penalty, sparse(position), [Int32Array.from(row)])).toEqual(wanted);
            expect(chosen(penalty, dense([[...logitsAt(sparseLogits(position), 0)]], [1]), [Int32Array.from(row)])).toEqual(wanted);
          },
        ),
      );
    });

    it('means nothing to whole rows, nor to what has no ids', () => {
      const settings = { repetition_penalty: 1.1 };
      for (const prediction of [dense([[0, 1]], [1], 'whole'), logistic(3, 0, 8)])
        expect(() => new Greedy(settings).sample(prediction, [Int32Array.of(0)])).toThrow(/"repetition_penalty" cannot be used.*"greedy"/);
      expect(greedily(settings).predictions).toEqual([{ kind: 'categorical', extent: 'next' }]);
      expect(greedily({ repetition_penalty: 1 }).predictions).toHaveLength(6);
    });
  });

  it('hands a sample on as it is', () => {
    const rows = [Int32Array.of(1, 2)];
    expect(greedy.sample({ kind: 'point', extent: 'whole', counts: [2], rows }).inputIds).toBe(rows);
  });

  it('says where nothing can be chosen', () => {
    const nan = Number.NaN;
    const none = Number.NEGATIVE_INFINITY;
    expect(() =>
      ids(
        dense(
          [
            [0, 1],
            [0, nan],
          ],
          [2],
          'whole',
        ),
      ),
    ).toThrow('"greedy" cannot choose at position 1 of row 0: a logit is NaN or +Infinity.');
    expect(() =>
      ids(
        dense(
          [
            [0, 1],
            [none, none],
          ],
          [1, 1],
        ),
      ),
    ).toThrow('at position 0 of row 1: every logit is -Infinity.');
    expect(() => ids(sparse({ base: [0, 1], rest: nan, listed: [] }))).toThrow('NaN');
    expect(() => ids(sparse({ base: [0, nan], rest: 0, listed: [] }))).toThrow('NaN');
    expect(() => ids(sparse({ base: [0, 1], rest: 0, listed: [[1, nan]] }))).toThrow('NaN');
    expect(() => ids(sparse({ base: [0, 1], rest: none, listed: [[1, none]] }))).toThrow('every logit is -Infinity');
    expect(() => ids(logistic(nan, 0, 8))).toThrow('the mean or the scale');
    expect(() => ids(logistic(0, Number.POSITIVE_INFINITY, 8))).toThrow('the mean or the scale');
  });
});
