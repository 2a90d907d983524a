import { describe, expect, test } from 'vitest';
import { diagnose, UNWATCHED, type Watched } from '../../../plugins/gan/watch.ts';

const well = { diversity: 0.9, coverage: 0.8, spacing: 1, nearest: 1 };

/** The words of a watch over looks at 100 steps each, from the 300th of 1,000 on. */
const watch = (looks: readonly (readonly [typeof well, number])[]) => {
  let watched: Watched = UNWATCHED;
  return looks.map(([sight, gradient], at) => {
    const { watched: next, warning } = diagnose(watched, sight, gradient, 300 + at * 100, 1000);
    watched = next;
    return { healthy: next.healthy, ...(warning && { warning }) };
  });
};

describe('a watch', () => {
  test('finds a game well that is', () => {
    expect(
      watch([
        [{ ...well, coverage: -1 }, 1], // as yet unlike real rows, but not the same few: not collapsed, and not worth keeping
        [well, 1],
        [well, 0.5],
      ]),
    ).toEqual([{ healthy: false }, { healthy: true }, { healthy: true }]);
  });

  test.each([
    [{ ...well, diversity: 0.1 }, 1, /collapsed.*Try "game": "wasserstein"/],
    [{ ...well, coverage: 0.3, spacing: 0.3 }, 1, /collapsed/],
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
    expect(diagnose(UNWATCHED, { ...well, diversity: 0 }, 1, 199, 1000)).toMatchObject({
      watched: { healthy: false, seen: { collapse: 0 } },
    });
    expect(diagnose(UNWATCHED, well, 1, 199, 1000).watched.healthy).toBe(false);
  });
});
