import { expect, test } from 'vitest';
import { type Batch, definePlugin, type Evaluator, provide, type Tokens } from '../../../core/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';
import { service } from '../../../core/plugin/define.ts';

class Counter {
  count = 0;
  encode(fresh: Batch<Tokens>): Batch<Tokens> {
    this.count++;
    return fresh;
  }
}

const plugin = definePlugin({
  name: 'inner',
  contract: 1,
  about: 'A backend, and an evaluator that looks into it.',
  stages: {
    encode: { inner: provide([Counter], (counter) => counter) },
    evaluate: {
      looking: provide([Counter], (counter): Evaluator => ({ evaluate: (_, tally) => tally, report: () => ({ count: counter.count }) })),
    },
  },
  services: [service(Counter, [], () => new Counter())],
});

test('an evaluator made within a backend shares its services; apart it has its own', async () => {
  await using container = new StageContainer();
  const backend = { name: 'inner', plugin, settings: {} };
  const encoder = await container.make('encode', backend);
  encoder.encode([], {} as never);
  const inside = await container.make('evaluate', { name: 'looking', plugin, settings: {} }, backend);
  const apart = await container.make('evaluate', { name: 'looking', plugin, settings: {} });
  expect([await inside.report(undefined), await apart.report(undefined)]).toEqual([{ count: 1 }, { count: 0 }]);
});
