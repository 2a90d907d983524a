import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { open } from '../../../core/index.ts';

it('reads what stands at another precision, without training again; another width is another model', async () => {
  const home = await mkdtemp(join(tmpdir(), 'transformer-serving-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, 'rows.txt'), Array.from({ length: 40 }, (_, i) => `abc${i % 7}`).join('\n'));
  const definition = {
    name: 'small',
    data: { train: join(home, 'rows.txt'), valid: 4 },
    stages: { tokenize: 'characters', backend: 'transformer', sample: 'greedy', evaluate: ['likelihood'] },
    backends: { transformer: { with: { layers: 1, heads: 2, width: 32, context: 16 }, train: { steps: 60, batch: 4 } } },
  };
  const models = join(home, 'models');
  const measured = async (source: string | object, set: Record<string, unknown> = {}) => {
    await using pipeline = await open(source, { models, set, train: source === definition });
    const { trained, folder } = await pipeline.ready();
    return { trained, folder: folder!, nats: (await pipeline.score(['abc3']))[0]!.nats.reduce((sum, one) => sum + one, 0) };
  };
  const exact = await measured(definition);
  const coarse = await measured(definition, { 'backends.transformer.with.precision': 'int8' });
  expect([exact.trained, coarse.trained, coarse.folder]).toEqual([true, false, exact.folder]);
  expect(coarse.nats).not.toBe(exact.nats);
  expect(coarse.nats).toBeCloseTo(exact.nats, 0);
  expect((await measured(exact.folder, { 'backends.transformer.with.precision': 'int8' })).nats).toBe(coarse.nats);
  await expect(measured(exact.folder, { 'backends.transformer.with.width': 16 })).rejects.toMatchObject({ code: 'MODEL_MISFIT' });
});
