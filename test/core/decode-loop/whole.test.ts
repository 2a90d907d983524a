import { describe, expect, test } from 'vitest';
import { open } from '../../../core/index.ts';
import { workplace } from '../pipeline/workplace.ts';

const MIRROR = new URL('../pipeline/fixtures/mirror.ts', import.meta.url).pathname;

const opened = (backend: string, generate: object = {}, tokenize = 'mirrored', more: object = {}) =>
  open(
    { name: 'mirror', stages: { tokenize, backend, sample: 'greedy', evaluate: [] }, generate: { count: 1, ...generate }, ...more },
    {
      plugins: [MIRROR],
    },
  );

const samplesOf = async (pipeline: Awaited<ReturnType<typeof opened>>, ask: object = {}) => {
  const all = [];
  for await (const { raw, row, ended } of pipeline.samples(ask)) all.push({ raw, tokens: [...row.tokens], ended });
  return all;
};

describe('a backend of whole rows', () => {
  test('reads no start; its sample ends before the first stop, and what stands behind is gone', async () => {
    await using pipeline = await opened('mirror');
    expect(await samplesOf(pipeline)).toEqual([{ raw: '12', tokens: [1, 2], ended: 'stop' }]);
  });

  test('says its prompt back once, and without start', async () => {
    await using pipeline = await opened('mirror', { prompt: '9876' });
    expect(await samplesOf(pipeline)).toEqual([{ raw: '9876', tokens: [9, 8, 7, 6], ended: 'done' }]);
    expect(pipeline.tools.beginning({}, 0)).toBeUndefined();
  });

  test('prices rows without start, up to and with their stop, and the bound beside', async () => {
    await using pipeline = await opened('mirror');
    const [score] = await pipeline.score(['987']);
    expect(score!.nats).toHaveLength(4);
    expect(Math.max(...score!.nats)).toBeLessThan(1e-6);
    expect(score!.cost).toBe(2);
  });

  test('samples take prompts and conditions in turn, spelled by the tokenizer of what is given', async () => {
    await using pipeline = await opened('mirror', { count: 3, prompts: ['1', '2'] });
    expect((await samplesOf(pipeline)).map(({ raw }) => raw)).toEqual(['1', '2', '1']);
    const given = await samplesOf(pipeline, { given: ['c', 'b'] });
    expect(given.map(({ raw }) => raw)).toEqual(['27', '17', '27']);
  });

  test('a task hears of all prompts, and where each sample stands among how many', async () => {
    await using pipeline = await opened('mirror', { count: 2, prompts: ['4', '5'], task: { name: 'walk' } });
    expect((await samplesOf(pipeline)).map(({ tokens }) => tokens)).toEqual([
      [0, 2, 2, 5],
      [1, 2, 2, 5],
    ]);
    await expect(samplesOf(pipeline, { task: { name: 'fly' } })).rejects.toMatchObject({ code: 'NO_TASK' });
  });

  test('held-out rows come as prompts', async () => {
    const folder = await workplace({ 'rows.txt': '1\n2\n3\n4\n5\n6\n' });
    await using pipeline = await opened('mirror', { count: 2 }, 'mirrored', { data: { train: `${folder}/rows.txt`, valid: 3 } });
    expect(await pipeline.tools.heldOut()).toEqual({ prompts: ['4', '5'] });
  });
});

describe('rows of one shape', () => {
  test('end by themselves, whatever is asked of their length', async () => {
    await using pipeline = await opened('sevens', { prompt: '1', max_new_tokens: 2 }, 'squares');
    expect(await samplesOf(pipeline)).toEqual([{ raw: '1777', tokens: [1, 7, 7, 7], ended: 'length' }]);
  });

  test('have no room for a longer prompt', async () => {
    await using pipeline = await opened('sevens', {}, 'squares');
    await expect(samplesOf(pipeline, { prompt: '12345' })).rejects.toMatchObject({ code: 'SHAPE_EXCEEDED' });
  });
});
