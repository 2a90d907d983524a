import { expect, test } from 'vitest';
import { definePlugin, evaluator } from '../../../core/index.ts';

test('a plugin of another contract does not compile', () => {
  const stages = [evaluator({ name: 'a', make: () => ({ evaluate: () => 1, report: () => ({ one: 1 }) }) })];
  // @ts-expect-error a contract that is not ours
  expect(definePlugin({ name: 'mine', contract: 1, about: '', stages }).contract).toBe(1);
  expect(definePlugin({ name: 'mine', contract: 2, about: '', stages }).contract).toBe(2);
});

test('what one item makes of a tally says what its report is given', () => {
  const one = evaluator({
    name: 'rows',
    make: () => ({ evaluate: (_, tally = 0): number => tally + 1, merge: (a, b) => a + b, report: (rows) => ({ rows: rows + 0 }) }),
  });
  const wrong = evaluator({
    name: 'wrong',
    // @ts-expect-error a tally of numbers has no such key
    make: () => ({ evaluate: (_, tally = 0): number => tally + 1, report: (tally) => ({ rows: tally.rows }) }),
  });
  expect([one.kind, wrong.kind]).toEqual(['evaluator', 'evaluator']);
});
