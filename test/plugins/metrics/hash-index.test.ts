import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../core/index.ts';
import { HashIndex, hashOf } from '../../../plugins/metrics/hash-index.ts';

describe('HashIndex', () => {
  it('numbers hashes as a map would, those with equal halves too', () => {
    const hash = fc.tuple(fc.constantFrom(0, 1, 64, 0xffffffff), fc.oneof(fc.constantFrom(0, 64, 128), fc.nat(300)));
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 300 }), (hashes) => {
        const [index, map] = [new HashIndex(), new Map<string, number>()];
        for (const [high, low] of hashes) {
          expect(index.has(high, low)).toBe(map.has(`${high} ${low}`));
          if (!map.has(`${high} ${low}`)) map.set(`${high} ${low}`, map.size);
          expect(index.add(high, low)).toBe(map.get(`${high} ${low}`));
        }
        expect(index.size).toBe(map.size);
        const listed: string[] = [];
        index.forEach((high, low) => {
          listed.push(`${high} ${low}`);
        });
        expect(listed).toEqual([...map.keys()]);
      }),
    );
  });
});

describe('hashOf', () => {
  it('tells short n-grams of many ids, and long rows of few, apart', () => {
    const index = new HashIndex();
    const hash = { high: 0, low: 0 };
    const highs = new Set<number>();
    let different = 0;
    const add = (...ids: number[]): void => {
      hashOf(Int32Array.from(ids), 0, ids.length, hash);
      index.add(hash.high, hash.low);
      highs.add(hash.high);
      different++;
    };
    add();
    for (let a = 0; a < 300; a++) {
      add(a);
      for (let b = 0; b < 300; b++) add(a, b);
    }
    for (let length = 3; length < 15; length++)
      for (let bits = 0; bits < 2 ** length; bits++) add(...Array.from({ length }, (_, i) => (bits >> i) & 1));
    expect(index.size).toBe(different);
    // each half is as good as chance: d balls in 2^32 urns miss about d² / 2^33 of them, here 1.8; more than 12 in less than 1 of 10 million
    expect(different - highs.size).toBeLessThan(13);
  });

  it('looks at the part that it is given', () => {
    const random = createRandom(1);
    const tokens = Int32Array.from({ length: 20 }, () => Math.floor(random() * 5));
    for (let begin = 0; begin < 20; begin++)
      expect(hashOf(tokens, begin, 20, { high: 0, low: 0 })).toEqual(hashOf(tokens.slice(begin), 0, 20 - begin, { high: 0, low: 0 }));
  });
});
