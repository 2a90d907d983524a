import { describe, expect, it } from 'vitest';
import { type Batch, windows } from '../../../plugins/transformer/training/windows.ts';

const rows = [Int32Array.of(1, 2, 3), Int32Array.of(4, 5), Int32Array.of(6), Int32Array.of(7, 8, 9, 10), new Int32Array(0)];
const take = (count: number, how: Partial<Parameters<typeof windows>[1]>, from: readonly Int32Array[] = rows, skip = 0): Batch[] => {
  const feed = windows(from, { batch: 2, length: 6, pack: true, seed: 1, ...how }, skip);
  return Array.from({ length: count }, () => feed.next().value!);
};

/** The pieces of a window, as pairs of a token and its target. */
const piecesOf = ({ ids, targets, places, pieces, weights }: Batch, window: number, length: number): string[] => {
  const found = new Map<number, string[]>();
  for (let at = window * length; at < (window + 1) * length; at++) {
    if (weights[at] === 0) continue;
    const piece = found.get(pieces[at]!) ?? [];
    expect(places[at]).toBe(piece.length);
    piece.push(`${ids[at]}>${targets[at]}`);
    found.set(pieces[at]!, piece);
  }
  return [...found.values()].map((piece) => piece.join(' '));
};

describe('windows', () => {
  it('hold whole short rows, several to a window, each counted from its own start, all of them once a pass', () => {
    const all = take(30, {}).flatMap((batch) => [0, 1].flatMap((window) => piecesOf(batch, window, 6)));
    for (let pass = 0; pass < 20; pass++) expect(all.slice(3 * pass, 3 * pass + 3).sort()).toEqual(['1>2 2>3', '4>5', '7>8 8>9 9>10']);
    expect(
      take(1, {})
        .flatMap((batch) => [0, 1].map((window) => piecesOf(batch, window, 6).length))
        .some((count) => count > 1),
    ).toBe(true);
  });

  it('hold one row each where they are not packed', () => {
    for (const batch of take(5, { pack: false })) for (const window of [0, 1]) expect(piecesOf(batch, window, 6)).toHaveLength(1);
  });

  it('fall at random places of a longer row, and reach all of it', () => {
    const long = [Int32Array.from({ length: 40 }, (_, i) => i)];
    const seen = new Set<number>();
    for (const { ids, targets, weights } of take(60, {}, long)) {
      expect(weights.every((weight) => weight === 1)).toBe(true);
      expect(targets).toEqual(ids.map((id) => id + 1));
      for (const target of targets) seen.add(target);
    }
    expect(seen.size).toBe(39);
  });

  it('go on after those that are skipped as if they had been read', () => {
    const long = [...rows, Int32Array.from({ length: 30 }, (_, i) => i)];
    expect(take(3, {}, long, 4)).toEqual(take(7, {}, long).slice(4));
  });

  it('depend on the seed', () => expect(take(3, { seed: 2 })).not.toEqual(take(3, {})));
});
