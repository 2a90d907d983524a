import { existsSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bind, CLOCK, Key, MODEL_STORE, type ModelStorage, ModelStore, open, TOKENIZER } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const NEEDING = `
export default { name: 'needing', contract: 2, about: '', stages: [{ kind: 'sampler', name: 'needing',
  needs: { favourite: { id: Symbol.for('test.favourite') } },
  makes: { sample: ({ favourite }) => ({ sample: () => ({ inputIds: [Int32Array.of(favourite)] }) }) } }] };`;

const placed = async (sample: unknown = 'greedy', settings: object = {}) => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS, 'needing.mjs': NEEDING });
  const { data, stages, ...rest } = countingPipeline({}, { steps: 60 });
  const definition = { ...rest, ...settings, data: { ...data, train: `${folder}/rows.txt` }, stages: { ...stages, sample } };
  return { folder, definition, options: { plugins: [COUNTING, join(folder, 'needing.mjs')], models: `${folder}/models` } };
};

test('a clock of one’s own decides when checkpoints are due', async () => {
  const written = async (now: () => number): Promise<number> => {
    const { definition, options, folder } = await placed('greedy', { checkpoint_seconds: 1000 });
    let seen = 0;
    const provide = [bind(CLOCK, now)];
    await using pipeline = await open(definition, { ...options, provide });
    const stored = join(folder, 'models', 'counting');
    await pipeline.ready(() => {
      const workbenches = existsSync(stored) ? readdirSync(stored).filter((name) => name.endsWith('.training')) : [];
      if (workbenches.some((name) => existsSync(join(stored, name, 'checkpoint.bin')))) seen++;
    });
    return seen;
  };
  let hours = 0;
  expect(await written(() => 0)).toBe(0);
  expect(await written(() => (hours += 3_600_000))).toBeGreaterThan(0);
});

test('a model store of one’s own keeps the models', async () => {
  const { definition, options, folder } = await placed();
  const kept: string[] = [];
  const elsewhere = (): ModelStorage => {
    const store = new ModelStore(join(folder, 'elsewhere'));
    return {
      current: () => store.current(),
      find: (fingerprint) => store.find(fingerprint),
      workbench: (fingerprint) => store.workbench(fingerprint),
      choose: (model) => store.choose(model),
      keep: async (...told) => {
        kept.push(told[0].fingerprint);
        return store.keep(...told);
      },
    };
  };
  await using pipeline = await open(definition, { ...options, provide: [bind(MODEL_STORE, elsewhere)] });
  const { folder: model } = await pipeline.ready();
  expect(model).toBe(join(folder, 'elsewhere', kept[0]!));
  expect(await readdir(folder)).not.toContain('models');
});

test('a stage is given what its plugin needs and the user provides, and is refused by name where nobody does', async () => {
  const favourite = new Key<number>(Symbol.for('test.favourite'));
  const { definition, options } = await placed('needing');
  await using pipeline = await open(definition, { ...options, provide: [bind(favourite, 7)] });
  const ask = { prompt: '1', count: 1, max_new_tokens: 2 };
  for await (const raw of pipeline.generate(ask)) expect(raw).toBe('177');
  await using without = await open(definition, options);
  await expect(without.ready()).rejects.toMatchObject({
    code: 'NOT_PROVIDED',
    message: expect.stringContaining('"needing" cannot be made to sample: it needs "favourite"'),
  });
  await expect(open(definition, { ...options, provide: [bind(TOKENIZER, {} as never)] })).rejects.toMatchObject({ code: 'KEY_NOT_FREE' });
});
