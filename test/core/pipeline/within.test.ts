import { expect, test } from 'vitest';
import { type Batch, backend, definePlugin, type Evaluator, evaluator, type Tokens } from '../../../core/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';

class Counter {
  count = 0;
  encode(fresh: Batch<Tokens>): Batch<Tokens> {
    this.count++;
    return fresh;
  }
}

const inner = backend({ name: 'inner', model: () => new Counter(), encode: ({ model }) => model });
const looking = evaluator({
  name: 'looking',
  within: inner,
  make: ({ model }): Evaluator => ({ evaluate: (_, tally) => tally, report: () => ({ count: model.count }) }),
});
const plugin = definePlugin({
  name: 'inner',
  contract: 2,
  about: 'A backend, and an evaluator that looks into it.',
  stages: [inner, looking],
});

test('an evaluator within a backend is given that one model', async () => {
  await using container = new StageContainer();
  const chosen = { name: 'inner', plugin, definition: inner, settings: {} };
  const other = { ...chosen };
  (await container.make('encode', chosen)).encode([], {} as never);
  await container.make('encode', other);
  const measure = { name: 'looking', plugin, definition: looking, settings: {} };
  const inside = await container.make('evaluate', measure, chosen);
  const beside = await container.make('evaluate', { ...measure }, other);
  expect([await inside.report(undefined), await beside.report(undefined)]).toEqual([{ count: 1 }, { count: 0 }]);
});
