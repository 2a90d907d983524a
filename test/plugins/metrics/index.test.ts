import { expect, it } from 'vitest';
import metrics from '../../../plugins/metrics/index.ts';
import { filled, optionsOf, takes } from '../../settings.ts';

it('fills in what a pipeline leaves open, and takes no other settings', () => {
  const diversity = optionsOf(metrics, 'diversity');
  expect(filled(diversity!, {})).toEqual({ n: 4, self_bleu_rows: 500 });
  expect(takes(diversity!, { n: 2, self_bleu_rows: 0 })).toBe(true);
  for (const bad of [{ n: 0 }, { n: 9 }, { n: 2, self_bleu_rows: -1 }, { n: 2, self_bleu_rows: 1, other: 1 }])
    expect(takes(diversity!, bad)).toBe(false);
});
