import { expect, test } from 'vitest';
import { type Batch, backend, definePlugin, type Evaluator, evaluator, open, type Tokens } from '../../../core/index.ts';
import { describeLaws, laws } from '../../../core/laws/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';

import forgetful, { looking as learned } from './fixtures/forgetful.ts';
import { COUNTING, DIGIT_ROWS, workplace } from './workplace.ts';

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

test.each([
  ['its own plugin', forgetful],
  ['another', definePlugin({ name: 'looker', contract: 2, about: 'Looks into the backend of another plugin.', stages: [learned] })],
])('an evaluator within a backend of %s is held to its laws beside that one, which has learned', async (_, plugin) => {
  const { verdicts } = await describeLaws(plugin, {}, { use: 'looking', runs: 5, describe: undefined, it: undefined } as object);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(laws.evaluator.map(() => 'holds'));
});

test('the parts of a pipeline have an evaluator within its backend', async () => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  const stages = { tokenize: 'digits', backend: 'kept-by-model', sample: 'greedy', evaluate: ['looking'] };
  const definition = { name: 'p', data: { train: `${folder}/rows.txt`, rows: 'lines' }, stages };
  const plugins = [COUNTING, new URL('fixtures/forgetful.ts', import.meta.url).pathname];
  await using pipeline = await open(definition, { plugins, models: `${folder}/models` });
  const { evaluate } = await pipeline.tools.parts();
  expect(evaluate.map(({ stage }) => stage.report(stage.evaluate({} as never, undefined)))).toEqual([{ favoured: 3 }]);
});
