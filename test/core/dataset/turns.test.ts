import { expect, it } from 'vitest';
import { open } from '../../../core/index.ts';
import { seen } from '../pipeline/fixtures/alike.ts';
import { COUNTING, workplace } from '../pipeline/workplace.ts';

const SLOW = new URL('../pipeline/fixtures/alike.ts', import.meta.url).pathname;

it('rows that are tokenized for a training leave the event loop its turns', async () => {
  const folder = await workplace({ 'rows.txt': Array.from({ length: 300 }, (_, i) => String(i)).join('\n') });
  await using pipeline = await open(
    {
      name: 'slow',
      data: { train: `${folder}/rows.txt`, rows: 'lines' },
      stages: { tokenize: 'slow', backend: 'counting', sample: 'greedy', evaluate: ['diversity'] },
      backends: { counting: { train: { steps: 1 } } },
    },
    { plugins: [COUNTING, SLOW], models: `${folder}/models` },
  );
  seen.rows = 0;
  let most = 0;
  let before = 0;
  let running = true;
  const watch = (): void => {
    most = Math.max(most, seen.rows - before);
    before = seen.rows;
    if (running) setImmediate(watch);
  };
  watch();
  await pipeline.ready();
  running = false;
  expect(seen.rows).toBeGreaterThanOrEqual(270);
  expect(most).toBeLessThanOrEqual(7); // a row takes a millisecond, and a turn comes after five
});
