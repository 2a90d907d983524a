import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lastValueFrom, take, toArray } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { Generate, GenerateOptions } from '../../../core/definition/generate-options.ts';
import { check, explain, loadPlugins, open, type Pipeline, pipelineSchema } from '../../../core/index.ts';
import { REQUEST_KEYS } from '../../../core/plugin/request-keys.ts';
import { seen } from './fixtures/tuned.ts';
import { COUNTING, countingPipeline, DIGIT_ROWS, workplace } from './workplace.ts';

const TUNED = new URL('fixtures/tuned.ts', import.meta.url).pathname;
const MANY = 10_000;

const source = (sample: object = {}, generate: object = {}) => {
  const { generate: lengths, ...rest } = countingPipeline({}, { steps: 1 });
  return {
    ...rest,
    stages: { ...rest.stages, sample: { use: 'tuned', with: sample } },
    generate: { ...lengths, max_new_tokens: 4, ...generate },
  };
};
const plugins = [COUNTING, TUNED];

const opened = async (sample: object = {}, generate: object = {}): Promise<Pipeline> => {
  const folder = await workplace({ 'rows.txt': DIGIT_ROWS });
  const { data, ...rest } = source(sample, generate);
  return open({ ...rest, data: { ...data, train: `${folder}/rows.txt` } }, { plugins, models: `${folder}/models` });
};

const said = async (pipeline: Pipeline, ask: object = {}): Promise<unknown[]> =>
  lastValueFrom(pipeline.generate({ prompt: '1', ...ask }).pipe(toArray()));

beforeEach(() => {
  for (const key of Object.keys(seen)) seen[key as keyof typeof seen] = 0;
});

describe("settings of a request's own", () => {
  test('go over those of the pipeline, of which "generate" goes over the stage', async () => {
    await using pipeline = await opened({ step: 2 });
    expect(await said(pipeline)).toEqual(['13579']);
    expect(await said(pipeline, { step: 3 })).toEqual(['14703']);
    expect(await said(pipeline, { turn: { by: 1 }, most: 5 })).toEqual(['14141']);
    expect(await said(pipeline)).toEqual(['13579']);
    await using other = await opened({ step: 2, most: 8 }, { step: 3, turn: { by: 1 } });
    expect(await said(other)).toEqual(['15048']);
    expect(await said(other, { step: 1, turn: {} })).toEqual(['12345']);
  });

  test('make a sampler that is closed with the request, and none where nothing differs', async () => {
    await using pipeline = await opened({ step: 2 });
    await said(pipeline);
    await said(pipeline, { step: 2, most: 9, turn: undefined });
    expect(seen).toEqual({ samplers: 1, closed: 0 });
    await said(pipeline, { step: 3, count: 3 });
    expect(seen).toEqual({ samplers: 2, closed: 1 });
    await lastValueFrom(pipeline.stream({ step: 3, prompt: '1', max_new_tokens: 1e6 }).pipe(take(2)));
    await expect.poll(() => seen.closed).toBe(2);
    for await (const _ of pipeline.samples({ step: 4, count: 9 })) break;
    expect(seen.closed).toBe(3);
  });

  test('are not filled in what was handed over', async () => {
    await using pipeline = await opened();
    const ask = Object.freeze({ turn: Object.freeze({}), prompt: '1' });
    expect(await said(pipeline, ask)).toEqual(['12345']);
    expect(ask).toEqual({ turn: {}, prompt: '1' });
  });

  test('whose sampler cannot be made, fails, or cannot be closed', async () => {
    await using pipeline = await opened();
    const failing = (fault: string) => expect(said(pipeline, { fault })).rejects;
    await failing('make').toMatchObject({ code: 'STAGE_NOT_MADE' });
    await failing('sample').toMatchObject({ code: 'STAGE_FAILED' });
    await failing('close').toMatchObject({
      code: 'CLOSING_FAILED',
      message: expect.stringMatching(/sample of "tuned" failed: not closed/),
    });
    await failing('learns').toMatchObject({ code: 'STAGE_LEARNS' });
    expect(seen.samplers - 1).toBe(seen.closed);
  });

  test('whose reader never comes back are closed with the pipeline', async () => {
    const pipeline = await opened();
    const walking = pipeline.stream({ step: 2, prompt: '1' })[Symbol.asyncIterator]();
    await walking.next();
    await pipeline.close();
    expect(seen).toMatchObject({ samplers: 2, closed: 2 });
    await walking.return!();
    expect(seen).toMatchObject({ closed: 2 });
  });

  test(`of ${MANY} requests, all different, leave nothing behind`, async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = async () => {
      for (let i = 0; i < 4; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        collect();
      }
      return process.memoryUsage().heapUsed;
    };
    await using pipeline = await opened();
    let asked = 0;
    const asking = async (count: number) => {
      for (const until = asked + count; asked < until; asked++) await said(pipeline, { most: 10 + asked, max_new_tokens: 1 });
    };
    await asking(4000);
    let left = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3 && left >= 20; round++) {
      const before = await heap();
      await asking(MANY);
      left = ((await heap()) - before) / MANY; // what is compiled late is left once, what is forgotten in every round
      console.log(`left behind of a request: ${left.toFixed(1)} bytes`);
    }
    expect(seen).toEqual({ samplers: 1 + asked, closed: asked });
    expect(left).toBeLessThan(20);
  });
});

describe('what no sampler can be asked for', () => {
  const faultsOf = (pipeline: Pipeline, ask: object): unknown => {
    try {
      pipeline.tools.checkAsk(ask);
      return [];
    } catch (error) {
      return (error as Error).message.split('\n');
    }
  };

  test('is told at once', async () => {
    await using pipeline = await opened();
    expect(faultsOf(pipeline, { step: 10, stpe: 1, turn: { bye: 1 }, count: -1, mode: 'guide' })).toEqual([
      'stpe unknown key "stpe"; did you mean "step"?',
      expect.stringMatching(/^count "count" must be from 0/),
      'step "step" must be from 1 to 9, not 10.',
      'turn.bye unknown key "bye"; did you mean "by"?',
      expect.stringMatching(/^mode "mode" must be "plain" or "guided" or "whole", not "guide"; did you mean "guided"\?/),
    ]);
    expect(faultsOf(pipeline, { mode: 'whole' })).toEqual([
      'mode "mode" cannot be used with "counting", which predicts categorical next; leave it out.',
    ]);
    expect(faultsOf(pipeline, { mode: 'guided' })).toEqual(['mode "mode" needs given, which "counting" does not give; leave it out.']);
    expect(faultsOf(pipeline, { most: 3, step: 4 })).toEqual(['step "step" must not be above "most".']);
    expect(faultsOf(pipeline, { most: Number.POSITIVE_INFINITY })).toEqual(['most "most" must be JSON, not Infinity.']);
    expect(faultsOf(pipeline, { temperature: 1 })).toEqual([expect.stringMatching(/^temperature unknown key "temperature"; known are/)]);
  });

  test('is told of a pipeline too, where it stands', async () => {
    const faults = async (generate: object, sample: object = {}) =>
      (await check({ ...source(sample, generate), data: undefined }, { plugins })).map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );
    expect(await faults({ step: 2, most: 7 })).toEqual([]);
    expect(await faults({ step: '2', stpe: 1 })).toEqual([
      'generate.stpe: unknown key "stpe"; did you mean "step"?',
      'generate.step: "step" must be a whole number, not "2".',
    ]);
    expect(await faults({ mode: 'whole' })).toEqual([
      'generate.mode: "mode" cannot be used with "counting", which predicts categorical next; leave it out.',
    ]);
    expect(await faults({ step: 4 }, { most: 3 })).toEqual(['generate.step: "step" must not be above "most".']);
  });

  test('of an unknown sampler nothing but its name is told', async () => {
    const { stages, ...rest } = source({}, { temperature: 0.5 });
    const faults = await check({ ...rest, data: undefined, stages: { ...stages, sample: 'samplng' } }, { plugins });
    expect(faults.map(({ path }) => path.join('.'))).toEqual(['stages.sample.use']);
  });
});

describe('settings of samplers in "generate"', () => {
  test('are explained once, where they stand', async () => {
    const { settings } = await explain({ ...source({ step: 2, most: 8 }, { step: 3 }), data: undefined }, { plugins });
    const of = (pattern: RegExp) => settings.filter(({ path }) => pattern.test(path)).map(({ path, value, from }) => [path, value, from]);
    expect(of(/step$|most$/)).toEqual([
      ['generate.step', 3, 'definition'],
      ['stages.sample.with.most', 8, 'definition'],
    ]);
  });

  test('are in the printed schema, without defaults', async () => {
    const { properties } = pipelineSchema(await loadPlugins({ named: [TUNED], base: '.' })) as never as {
      properties: { generate: { properties: Record<string, object> } };
    };
    expect(properties.generate.properties.step).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 9,
      description: 'Of tuned, over its "with": How far each digit is from the one before.',
      examples: [1],
    });
    expect(JSON.stringify(properties.generate.properties.turn)).not.toContain('default');
    expect(properties.generate.properties.repetition_penalty).toMatchObject({ description: expect.stringMatching(/^Of greedy, sampling/) });
  });

  test('bear no name of a request, all of which are known', () => {
    expect(
      new Set([...Object.keys(Generate.properties), ...Object.keys(GenerateOptions.properties), 'stop', 'stop_token_ids', 'logprobs']),
    ).toEqual(new Set(REQUEST_KEYS));
  });
});
