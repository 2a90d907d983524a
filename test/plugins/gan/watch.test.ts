import { describe, expect, test } from 'vitest';
import { judge, UNWATCHED, type Watched } from '../../../plugins/gan/watch.ts';

const well = { diversity: 0.9, coverage: 0.8, nearest: 1 };

/** The words of a watch over looks at 100 steps each, from the 300th of 1,000 on. */
const watch = (looks: readonly (readonly [typeof well, number])[]) => {
  let watched: Watched = UNWATCHED;
  return looks.map(([sight, gradient], at) => {
    const { watched: next, ...judgement } = judge(watched, sight, gradient, 300 + at * 100, 1000);
    watched = next;
    return judgement;
  });
};

describe('a watch', () => {
  test('finds a game well that is', () => {
    expect(
      watch([
        [well, 1],
        [well, 0.5],
      ]),
    ).toEqual([{ healthy: true }, { healthy: true }]);
  });

  test.each([
    [{ ...well, diversity: 0.1 }, 1, /collapsed.*Try "game": "wasserstein"/],
    [{ ...well, coverage: 0.3 }, 1, /collapsed/],
    [well, 5e-4, /vanished.*"non-saturating"/],
  ])('names what ails it at the third look, once, and anew when it was well between (%#)', (sight, gradient, words) => {
    const ill = [sight, gradient] as const;
    const start = [
      [well, 1],
      [well, 1],
      [well, 1],
    ] as const;
    const said = watch([...start, ill, ill, ill, ill, [well, 1], ill, ill, ill]).map(({ healthy, warning }) => warning ?? healthy);
    const named = expect.stringMatching(words);
    expect(said).toEqual([true, true, true, false, false, named, false, true, false, false, named]);
  });

  test('lets the first fifth of the steps pass, and keeps nothing of them', () => {
    expect(judge(UNWATCHED, { ...well, coverage: 0 }, 1, 199, 1000)).toMatchObject({ healthy: false, watched: { seen: { collapse: 0 } } });
    expect(judge(UNWATCHED, well, 1, 199, 1000).healthy).toBe(false);
  });
});
