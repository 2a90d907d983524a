import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax, BAD, kthGreatest, NONE, nucleus } from '../../../plugins/sampling/selection.ts';

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -50, max: 50, noNaN: true }),
  fc.constant(Number.NEGATIVE_INFINITY),
);

describe('argmax', () => {
  it('finds the first of the greatest, wherever it looks', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 30 }), fc.nat(3), fc.nat(3), (list, before, after) => {
        const bad = Number.NaN; // around the numbers, never among them
        const data = Float64Array.from([...Array(before).fill(bad), ...list, ...Array(after).fill(bad)]);
        const greatest = Math.max(...list);
        const expected = greatest === Number.NEGATIVE_INFINITY ? NONE : before + list.indexOf(greatest);
        expect(argmax(data, before, before + list.length)).toBe(expected);
      }),
    );
  });

  it('finds NaN and +Infinity at any place', () => {
    for (let length = 1; length < 10; length++)
      for (let at = 0; at < length; at++)
        for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const data = new Float32Array(length).fill(Number.NEGATIVE_INFINITY);
          data[at] = bad;
          expect(argmax(data, 0, length)).toBe(BAD);
        }
  });
});

describe('kthGreatest', () => {
  it('is the k-th of the sorted', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 45 }), (list, k) => {
        const data = Float64Array.from(list);
        const expected = k < list.length ? [...data].sort((a, b) => b - a)[k - 1] : Number.NEGATIVE_INFINITY;
        expect(kthGreatest(data, data.length, k, new Float64Array(k))).toBe(expected);
      }),
    );
  });
});

describe('nucleus', () => {
  const check = (list: readonly number[], p: number): void => {
    const total = list.reduce((a, b) => a + b, 0);
    const { lightest, ties } = nucleus(Float64Array.from(list), list.length, p * total);
    const sorted = [...list].sort((a, b) => b - a);
    let heavier = 0;
    let taken = 0;
    while (taken < sorted.length && heavier < p * total) heavier += sorted[taken++]!;
    expect(lightest).toBe(sorted[taken - 1]);
    expect(ties).toBe(sorted.slice(0, taken).filter((x) => x === lightest).length);
  };

  it('ends where the sorted sum reaches the mass', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(weights, fc.integer({ min: 1, max: 127 }), (list, eighths) => check(list, eighths / 128)));
  });

  it('looks at each weight a few times, whatever their order', () => {
    const falling = Array.from({ length: 20_000 }, (_, i) => 1 / (i + 10));
    const saw = falling.map((x, i) => (i % 2 ? x : falling[falling.length - 1 - i]!));
    for (const list of [falling, [...falling].reverse(), saw]) {
      let reads = 0;
      const counted = new Proxy(Float64Array.from(list), {
        get: (target, key) => {
          reads++;
          return Reflect.get(target, key);
        },
      });
      nucleus(counted, list.length, 0.9 * list.reduce((a, b) => a + b, 0));
      expect(reads).toBeLessThan(20 * list.length);
    }
  });
});
