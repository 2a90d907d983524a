import { expect, test } from 'vitest';
import { beforeMinimum } from '../../../core/decode-loop/minimum.ts';
import { logitsAt, type Prediction, StagewrightError } from '../../../core/index.ts';
import { categorical } from '../../../core/laws/index.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const row = (length: number) => new Int32Array(length);
const seen = (prediction: Prediction): number[][] =>
  prediction.kind === 'categorical' ? prediction.counts.map((_, at) => Array.from(logitsAt(prediction.logits, at))) : [];

/** Hugging Face masks the end of a row while `length − prompt < min_new_tokens`: of two rows with prompts of 3, one holds 2 new ids, one 3. */
test.each(['dense', 'sparse'] as const)('masks %s logits of rows that are too short, and leaves what was predicted alone', (form) => {
  const rows = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  const prediction = categorical(rows, form);
  const shown = beforeMinimum(prediction, [row(5), row(6)], [3, 3], { least: 3, stop: [1, 2, 77] });
  expect(seen(shown)).toEqual([
    [1, NEVER, NEVER, 4],
    [5, 6, 7, 8],
  ]);
  expect(seen(prediction)).toEqual(rows);
  if (shown.kind === 'categorical' && prediction.kind === 'categorical' && 'base' in prediction.logits)
    expect((shown.logits as typeof prediction.logits).base).toBe(prediction.logits.base);
  expect(beforeMinimum(prediction, [row(6), row(6)], [3, 3], { least: 3, stop: [1] })).toBe(prediction);
  expect(beforeMinimum(prediction, [row(3), row(3)], [3, 3], { least: 3 })).toBe(prediction);
});

test('masks, of several positions, those of ids that come too soon', () => {
  const all = categorical([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const drafted: Prediction = { ...all, counts: [3] };
  const shown = beforeMinimum(drafted, [row(5)], [2], { least: 3, stop: [0] });
  if (shown.kind !== 'categorical') throw new Error('other logits');
  expect([0, 1, 2].map((at) => logitsAt(shown.logits, at)[0])).toEqual([NEVER, NEVER, 5]);
});

test('says that there must be logits', () => {
  const prediction: Prediction = { kind: 'point', extent: 'next', counts: [1], rows: [row(1)] };
  expect(() => beforeMinimum(prediction, [row(1)], [1], { least: 1, stop: [0] })).toThrow(StagewrightError);
});
