import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { from, lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type GenerateOptions, open, type Sample } from '../../../core/index.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const setup = async (settings: object = {}, train: object = { steps: 5 }) => {
  const folder = await workplace({ 'p.json': countingPipeline(settings, train), 'rows.txt': DIGIT_ROWS });
  const again = (more: object = {}) => open(join(folder, 'p.json'), { models: join(folder, 'models'), plugins: [COUNTING], ...more });
  return { folder, again };
};

describe('a pipeline', () => {
  test('trains, generates, scores and evaluates', async () => {
    const { again } = await setup();
    await using pipeline = await again();
    const words: string[] = [];
    const ready = await pipeline.ready(({ stage, progress }) => words.push(`${stage} ${progress.done}/${progress.total} ${progress.unit}`));
    expect(ready).toMatchObject({ trained: true, why: ['no model stands yet'] });
    expect(words).toEqual(['train 1/5 steps', 'train 2/5 steps', 'train 3/5 steps', 'train 4/5 steps', 'train 5/5 steps']);
    const texts: unknown[] = [];
    for await (const text of pipeline.generate({ prompt: '4', count: 2 })) texts.push(text);
    expect(texts).toEqual(['456789', '456789']);
    const [score] = await pipeline.score(['12']);
    const sure = -Math.log(0.9);
    const rare = -Math.log(0.01);
    expect([...score!.nats]).toEqual([expect.closeTo(rare, 5), expect.closeTo(sure, 5), expect.closeTo(rare, 5)]);
    const evaluation = await pipeline.evaluate({});
    expect(Object.keys(evaluation)).toEqual(['diversity', 'likelihood']);
  });

  test('is an operator over asks, and over samples', async () => {
    const { again } = await setup();
    await using pipeline = await again();
    const texts = await lastValueFrom(
      from([
        { prompt: '7', count: 1 },
        { prompt: '8', count: 1 },
      ]).pipe(pipeline.operators.generate(), pipeline.operators.detokenize(), toArray()),
    );
    expect(texts.sort()).toEqual(['789', '89']);
    const evaluation = await lastValueFrom(
      from([{ prompt: '7', count: 3 }]).pipe(pipeline.operators.generate(), pipeline.operators.evaluate()),
    );
    expect(evaluation.diversity).toMatchObject({ unique_share: 1 / 3 });
  });

  test('streams pieces that join to the samples', async () => {
    const { again } = await setup();
    await using pipeline = await again();
    const pieces = await lastValueFrom(pipeline.stream({ prompt: '6' }).pipe(toArray()));
    expect(pieces.map(({ raw }) => raw)).toEqual(['7', '8', '9', '']);
    expect(pieces.at(-1)!.ended).toBe('stop');
    const cut = await lastValueFrom(pipeline.samples({ prompt: '0', max_new_tokens: 3 }).pipe(toArray()));
    expect(cut.map(({ raw, ended }: Sample) => [raw, ended])).toEqual([['0123', 'length']]);
  });

  test('ends rows at a whole length, the prompt and its start included, unless new tokens are asked for', async () => {
    const source = { ...countingPipeline({}, { steps: 5 }), generate: { count: 1, max_length: 4 } };
    const folder = await workplace({ 'p.json': source, 'rows.txt': DIGIT_ROWS });
    await using pipeline = await open(join(folder, 'p.json'), { models: join(folder, 'models'), plugins: [COUNTING] });
    const rawOf = async (ask: GenerateOptions) => (await lastValueFrom(pipeline.samples(ask))).raw;
    expect(await rawOf({ prompt: '0' })).toBe('012');
    expect(await rawOf({ prompt: '01' })).toBe('012');
    expect(await rawOf({ prompt: '0', max_new_tokens: 5 })).toBe('012345');
    await expect(rawOf({ prompt: '012' })).rejects.toMatchObject({ code: 'LENGTH_EXCEEDED' });
  });

  test('reuses a model that fits, and says why one does not', async () => {
    const { again, folder } = await setup();
    const ready = async (more: object = {}) => {
      await using pipeline = await again(more);
      return await pipeline.ready();
    };
    const first = await ready();
    expect(await ready()).toEqual({ trained: false, folder: first.folder, why: [] });
    expect((await ready({ set: { 'backends.counting.train.steps': 6 } })).why).toEqual(['train.steps: 5 → 6']);
    expect((await ready()).trained).toBe(false);
    await writeFile(join(folder, 'rows.txt'), `${DIGIT_ROWS}\n77`);
    expect((await ready()).why).toEqual(['the data changed']);
    expect((await ready({ set: { seed: 3 } })).why).toEqual(['seed: 0 → 3']);
    await expect(ready({ set: { seed: 4 }, train: false })).rejects.toMatchObject({ code: 'NOT_TRAINED' });
  });

  test('opens a model folder that was moved, without its data', async () => {
    const { again, folder } = await setup();
    const trained = await (async () => {
      await using pipeline = await again();
      return await pipeline.ready();
    })();
    await cp(trained.folder!, join(folder, 'moved'), { recursive: true });
    await rm(join(folder, 'models'), { recursive: true });
    await rm(join(folder, 'rows.txt'));
    await using pipeline = await open(join(folder, 'moved'), { plugins: [COUNTING] });
    expect(await pipeline.ready()).toMatchObject({ trained: false });
    expect(await lastValueFrom(pipeline.generate({ prompt: '8' }).pipe(toArray()))).toEqual(['89']);
  });

  test('resumes an interrupted training to the same model', async () => {
    const { again, folder } = await setup({}, { steps: 12 });
    const bytes = async () => {
      await using pipeline = await again();
      const { folder } = await pipeline.ready();
      return [await readFile(join(folder!, 'sum.txt'), 'utf8'), await readFile(join(folder!, 'training.jsonl'), 'utf8')];
    };
    const whole = await bytes();
    for (const after of [1, 5, 11]) {
      await rm(join(folder, 'models'), { recursive: true });
      await using interrupted = await again();
      await lastValueFrom(interrupted.train().pipe(take(after)));
      await interrupted.close();
      const left = await readdir(join(folder, 'models', 'counting'));
      expect(left).toEqual([expect.stringMatching(/\.training$/)]);
      expect(await bytes()).toEqual(whole);
    }
  });

  test('refers to another model, which is closed with it', async () => {
    const { again, folder } = await setup();
    const before = process.cwd();
    process.chdir(folder);
    try {
      await using first = await again();
      await first.ready();
      await using borrowing = await again({ set: { 'stages.sample': 'borrowing', name: 'other' } });
      expect(await lastValueFrom(borrowing.generate({ prompt: '6', count: 1 }))).toBe('6789');
      await using lost = await again({ set: { 'stages.sample': 'borrowing', name: 'lost' } });
      await lost.ready();
      await rm(join(folder, 'models', 'counting'), { recursive: true });
      await expect(lastValueFrom(lost.generate({ prompt: '6' }))).rejects.toMatchObject({ code: 'PIPELINE_MISSING' });
    } finally {
      process.chdir(before);
    }
  });

  test('refuses a task that its backend does not declare', async () => {
    const { again } = await setup();
    await using pipeline = await again();
    expect(() => pipeline.generate({ task: { name: 'interpolate' } })).toThrow(expect.objectContaining({ code: 'NO_TASK' }));
  });

  test('closes what runs', async () => {
    const { again } = await setup({}, { steps: 1000 });
    const pipeline = await again();
    const training = expect(pipeline.ready()).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pipeline.close();
    await training;
    await expect(pipeline.ready()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test.each([
    ['throw', 'STAGE_FAILED', 'encode of "counting" failed: out of order'],
    ['shape', 'WRONG_SHAPE', /^decode of "counting" returned the wrong shape: logits of 11 values for 1 positions of 12/],
    ['train', 'STAGE_FAILED', 'train of "counting" failed: the trainer is broken'],
  ])('names the stage at fault: %s', async (fault, code, message) => {
    const { again } = await setup({ fault });
    await using pipeline = await again();
    const error: Error & { code?: string } = await lastValueFrom(pipeline.generate({ prompt: '1' })).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test('ends a call that outlasts its timeout', async () => {
    const { again } = await setup({ fault: 'hang' });
    await using pipeline = await again({ set: { 'backends.counting.timeout': 0.05 } });
    await expect(lastValueFrom(pipeline.generate({ prompt: '1' }))).rejects.toMatchObject({
      code: 'STAGE_TIMEOUT',
      message: expect.stringContaining('encode of "counting"'),
    });
  });

  test.each(['sample', 'evaluate', 'tokenize'])('names a %s of the user that throws, and one that hangs', async (verb) => {
    const { again } = await setup();
    await using throwing = await again({ set: { [`stages.${verb}`]: verb === 'evaluate' ? [{ use: 'throwing' }] : { use: 'throwing' } } });
    await expect(throwing.evaluate({})).rejects.toMatchObject({
      code: 'STAGE_FAILED',
      message: `${verb} of "throwing" failed: out of order`,
    });
    if (verb === 'tokenize') return;
    const hanging = { use: 'hanging', timeout: 0.05 };
    await using late = await again({ set: { [`stages.${verb}`]: verb === 'evaluate' ? [hanging] : hanging } });
    await expect(late.evaluate({})).rejects.toMatchObject({
      code: 'STAGE_TIMEOUT',
      message: expect.stringContaining(`${verb} of "hanging"`),
    });
  });

  test('refuses what does not fit a context, and cuts what would outgrow it', async () => {
    const { again } = await setup({ context: 4 });
    await using pipeline = await again();
    await expect(lastValueFrom(pipeline.generate({ prompt: '01234' }))).rejects.toMatchObject({ code: 'CONTEXT_EXCEEDED' });
    expect(await lastValueFrom(pipeline.samples({ prompt: '01' }))).toMatchObject({ raw: '0123', ended: 'length' });
  });
});
