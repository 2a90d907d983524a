import { from, lastValueFrom, toArray } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { explain, open, type Pipeline } from '../../../core/index.ts';
import { seen } from './fixtures/alike.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const plugins = [new URL('fixtures/alike.ts', import.meta.url).pathname];
const opened = (batching?: object): Promise<Pipeline> =>
  open({ name: 'alike', stages: { tokenize: 'alike', backend: 'alike', sample: 'plain' }, ...(batching && { batching }) }, { plugins });

const all = (pipeline: Pipeline, ask: object): Promise<unknown[]> => lastValueFrom(pipeline.generate(ask).pipe(toArray()));
const code = (code: string) => expect.objectContaining({ code });

beforeEach(() => Object.assign(seen, { tokens: 0, rows: 0, most: 0 }));

describe('batching', () => {
  test.each([
    [undefined, 32],
    [{ width: 3 }, 3],
  ])('%o: so many rows share a pass', async (batching, width) => {
    await using pipeline = await opened(batching);
    const prompts = Array.from({ length: 50 }, (_, i) => String(100 + i));
    expect(await all(pipeline, { prompts, count: 50, max_new_tokens: 3 })).toHaveLength(50);
    expect(seen.rows).toBe(width);
    seen.rows = 0;
    await Promise.all(prompts.map((prompt) => all(pipeline, { prompt, count: 1, max_new_tokens: 3 })));
    expect(seen.rows).toBe(width);
    seen.rows = 0;
    await pipeline.score(prompts);
    expect(seen.rows).toBe(width);
  });

  test.each([
    [undefined, 2048, 1024],
    [{ chunk: 10 }, 10, 10],
  ])('%o: so many tokens are read in a pass', async (batching, chunk, scored) => {
    await using pipeline = await opened(batching);
    const prompt = '7'.repeat(5000);
    expect(await all(pipeline, { prompt, count: 1, max_new_tokens: 3 })).toEqual([`${prompt}777`]);
    expect(seen.most).toBe(chunk);
    seen.most = 0;
    await pipeline.score([prompt]);
    expect(seen.most).toBe(scored);
  });

  test('lets so many requests wait, and refuses more until one has ended', async () => {
    await using pipeline = await opened({ width: 2, queue: 1 });
    const begun = () => {
      const reader = pipeline.stream({ prompt: '1', count: 1, max_new_tokens: 9 })[Symbol.asyncIterator]();
      return { reader, first: reader.next() };
    };
    const [one, two, waiting, refused] = [begun(), begun(), begun(), begun()];
    await expect(refused.first).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      message: '"alike" is busy: as many requests wait as may, 1; ask again when some have ended, or raise "batching.queue".',
    });
    for (const { first } of [one, two, waiting]) expect((await first).done).toBe(false);
    await expect(pipeline.score(['12'])).rejects.toEqual(code('QUEUE_FULL'));
    await one.reader.return!();
    expect(await all(pipeline, { prompt: '1', count: 1, max_new_tokens: 1 })).toEqual(['17']);
    await Promise.all([two.reader.return!(), waiting.reader.return!()]);
  });

  test('counts a request of many samples as the rows that it fills', async () => {
    await using pipeline = await opened({ width: 2, queue: 0 });
    const many = pipeline.stream({ prompt: '1', count: 9, max_new_tokens: 9 })[Symbol.asyncIterator]();
    await many.next();
    await expect(all(pipeline, { prompt: '1', count: 1 })).rejects.toEqual(code('QUEUE_FULL'));
    await many.return!();
    const asks = Array.from({ length: 5 }, () => ({ prompt: '1', count: 2, max_new_tokens: 1 }));
    const samples = await lastValueFrom(from(asks).pipe(pipeline.operators.generate(), toArray())); // an operator asks no faster than is let in
    expect(samples).toHaveLength(10);
    expect(await pipeline.score(['12', '34'])).toHaveLength(2);
  });

  test('is explained, held to its schema, and no part of what a model is', async () => {
    const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
    const { data, ...rest } = countingPipeline({}, { steps: 1 });
    const source = { ...rest, data: { ...data, train: `${folder}/rows.txt` } };
    const options = { plugins: [COUNTING], models: `${folder}/models` };
    const { settings } = await explain({ ...source, batching: { width: 8 } }, options);
    expect(settings.filter(({ path }) => path.startsWith('batching')).map(({ path, value, from }) => [path, value, from])).toEqual([
      ['batching.width', 8, 'definition'],
      ['batching.queue', 1024, 'default'],
    ]);
    await expect(open({ ...source, batching: { width: 0 } }, options)).rejects.toThrow('batching.width "width" must be');
    const made = [];
    for (const batching of [{}, { width: 8, chunk: 64, queue: 1 }]) {
      await using pipeline = await open({ ...source, batching }, options);
      made.push(await pipeline.ready());
    }
    expect(made.map(({ trained }) => trained)).toEqual([true, false]);
    await using moved = await open(made[0]!.folder!, { ...options, set: { 'batching.width': 4 } });
    expect((await moved.ready()).trained).toBe(false);
  });
});
