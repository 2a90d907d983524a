import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StopStrings } from '../../../core/pipeline/stop-strings.ts';

const look = (stops: readonly string[], pieces: readonly string[]) => {
  const watch = new StopStrings(stops).watch();
  const told: string[] = [];
  for (const piece of pieces) {
    const { told: some, stop } = watch.push(piece);
    told.push(some);
    if (stop !== undefined) return { told, stop };
  }
  return { told, held: watch.held };
};

describe('stop strings', () => {
  test.each([
    ['of several the first to end ends', ['abcd', 'bc'], ['abc'], { told: ['a'], stop: 'bc' }],
    ['of those that end together the longest', ['bc', 'abc', 'c'], ['xab', 'c'], { told: ['x', ''], stop: 'abc' }],
    ['across pieces', ['\n\n'], ['a\n', '\n', 'b'], { told: ['a', ''], stop: '\n\n' }],
    ['that repeat themselves', ['aab'], ['aa', 'a', 'ab'], { told: ['', 'a', 'a'], stop: 'aab' }],
    ['that do not come are told', ['END'], ['EN', 'DE'], { told: ['', ''], stop: 'END' }],
    ['what begins one alone is held', ['END'], ['an E', 'N', 'N', 'E'], { told: ['an ', '', 'ENN', ''], held: 'E' }],
    ['of half a pair that is another character', ['😀'], ['\ud83d', '\ude01'], { told: ['', '😁'], held: '' }],
  ] as const)('%s', (_, stops, pieces, expected) => {
    expect(look(stops, pieces)).toEqual(expected);
  });

  test('are found as by looking for each', () => {
    const text = (most: number) =>
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: most, size: 'max' }).map((letters) => letters.join(''));
    const stop = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5, size: 'max' }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(fc.array(stop, { minLength: 1, maxLength: 4 }), fc.array(text(5), { maxLength: 8, size: 'max' }), (stops, pieces) => {
        const all = pieces.join('');
        const ends = stops.flatMap((one) => (all.includes(one) ? [{ one, end: all.indexOf(one) + one.length }] : []));
        const [first] = ends.sort((a, b) => a.end - b.end || b.one.length - a.one.length);
        const { told, stop, held = '' } = look(stops, pieces);
        expect(stop).toBe(first?.one);
        expect(told.join('') + held).toBe(first ? all.slice(0, first.end - first.one.length) : all);
      }),
      { numRuns: 2000 },
    );
  });

  test('take a time that grows with the text alone', () => {
    const long = `${'a'.repeat(20_000)}b`;
    const watch = new StopStrings([long]).watch();
    let told = 0;
    const began = process.cpuUsage();
    for (let i = 0; i < 400_000; i++) told += watch.push('a').told.length;
    expect(told).toBe(380_000);
    expect(process.cpuUsage(began).user).toBeLessThan(5e6); // microseconds; by comparing anew, 8 · 10⁹ units
  });
});
