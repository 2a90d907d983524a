import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { open, type Pipeline } from '../../../core/index.ts';
import { StageContainer } from '../../../core/plugin/container.ts';
import { seen } from './fixtures/faulty.ts';
import { workplace } from './workplace.ts';

const { closed, tried } = seen;
const FAULTY = new URL('fixtures/faulty.ts', import.meta.url).pathname;
const CLI = new URL('../../../dist/core/host/cli/main.js', import.meta.url).pathname;

/** A pipeline each of whose stages can fail; `at` says which. */
const faulty = (at: string, how: string): object => {
  const use = { use: 'faulty', with: { at, how } };
  return {
    name: 'faulty',
    data: { train: 'rows.faulty', valid: 1, read: use },
    stages: { tokenize: use, backend: 'faulty', sample: use, evaluate: [use] },
    backends: { faulty: { with: use.with } },
    generate: { count: 1, max_new_tokens: 3, write: use },
  };
};

const opened = async (at: string, how: string): Promise<Pipeline> => {
  const folder = await workplace({ 'rows.faulty': '1', 'p.json': faulty(at, how) });
  return open(join(folder, 'p.json'), { plugins: [FAULTY], models: join(folder, 'models') });
};

/** What asks for each of them. */
const ASKS: Record<string, (pipeline: Pipeline) => Promise<unknown>> = {
  tokenize: (pipeline) => pipeline.tokenizer(),
  encode: (pipeline) => pipeline.ready(),
  attend: (pipeline) => pipeline.ready(),
  decode: (pipeline) => pipeline.ready(),
  sample: (pipeline) => lastValueFrom(pipeline.generate({})),
  evaluate: (pipeline) => pipeline.evaluate({}),
  train: (pipeline) => pipeline.ready(),
  read: (pipeline) => pipeline.ready(),
  write: (pipeline) => pipeline.write({}, '/nowhere/x.faulty'),
  inspect: (pipeline) => lastValueFrom(pipeline.tools.inspect('all')),
  service: (pipeline) => pipeline.score(['1']),
};

beforeEach(() => {
  seen.mended = false;
  closed.length = 0;
  for (const name of Object.keys(tried)) delete tried[name];
});

describe('what cannot be made says why', () => {
  const CASES = Object.keys(ASKS).flatMap((at) => ['throw', 'reject'].map((how) => [at, how] as const));

  test.each(CASES)('%s: %s', async (at, how) => {
    const pipeline = await opened(at, how);
    const verb = at === 'service' ? 'encode' : at;
    const error = { code: 'STAGE_NOT_MADE', message: `"faulty" cannot be made to ${verb}: ${at} is out of order` };
    for (let time = 1; time <= 2; time++) {
      await expect(ASKS[at]!(pipeline)).rejects.toMatchObject(error);
      expect(tried[at]).toBe(time);
    }
    await pipeline.close();
    await pipeline.close();
    const stages = Object.keys(tried).filter((one) => one !== at);
    expect([...closed].sort()).toEqual(stages.sort());
    expect(stages.every((one) => tried[one] === 1)).toBe(true);
  });

  test('`await using` lets it through as it is', async () => {
    const using = async (): Promise<void> => {
      await using pipeline = await opened('decode', 'reject');
      await pipeline.ready();
    };
    await expect(using()).rejects.toMatchObject({ code: 'STAGE_NOT_MADE', cause: new Error('decode is out of order') });
  });

  test.each(['tokenize', 'service', 'read'])('%s is made once its fault is gone, and what stood is not made again', async (at) => {
    await using pipeline = await opened(at, 'reject');
    await expect(pipeline.ready()).rejects.toMatchObject({ code: 'STAGE_NOT_MADE' });
    seen.mended = true;
    expect((await pipeline.ready()).trained).toBe(true);
    expect(Object.values(tried)).toEqual(Object.keys(tried).map((one) => (one === at ? 2 : 1)));
  });
});

describe('closing', () => {
  test('closes what was made last first, what is shared behind what shares it', async () => {
    const pipeline = await opened('', 'dispose');
    await lastValueFrom(pipeline.generate({}));
    await pipeline.close();
    expect(closed.indexOf('encode')).toBeLessThan(closed.indexOf('service'));
    expect(closed.at(-1)).toBe('tokenize');
    expect(new Set(closed).size).toBe(closed.length);
  });

  test.each(['tokenize', 'encode', 'sample', 'train', 'service'])('tells that %s does not close, after the rest is', async (at) => {
    const pipeline = await opened(at, 'dispose');
    await pipeline.ready();
    const error = { code: 'CLOSING_FAILED', message: expect.stringMatching(new RegExp(`Closing .* failed: ${at} does not close$`)) };
    await expect(pipeline.close()).rejects.toMatchObject(error);
    expect([...closed].sort()).toEqual(Object.keys(tried).sort());
    await pipeline.close();
  });

  test('tells of all that do not close', async () => {
    const pipeline = await opened('encode tokenize', 'dispose');
    await pipeline.ready();
    await expect(pipeline.close()).rejects.toThrow(/encode does not close\n.*tokenize does not close$/);
  });

  test('waits for what is being made, and closes it', async () => {
    const pipeline = await opened('', 'dispose');
    const making = pipeline.tokenizer();
    await pipeline.close();
    await making;
    expect(closed).toEqual(['tokenize']);
  });
});

describe('on the command line', () => {
  const run = async (verb: string, at: string, how: string) => {
    const folder = await workplace({ 'rows.faulty': '1', 'p.json': faulty(at, how) });
    return new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [CLI, verb, 'p.json', '--plugin', FAULTY], { cwd: folder }, (error, _, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
  };

  test.each([
    ['train', 'tokenize', 'reject'],
    ['run', 'sample', 'throw'],
    ['run', 'evaluate', 'reject'],
  ])('%s: %s, %s', async (verb, at, how) => {
    const { code, stderr } = await run(verb, at, how);
    expect(code).toBe(1);
    expect(stderr).toContain(`error "faulty" cannot be made to ${at}: ${at} is out of order\n`);
    expect(stderr).not.toMatch(/Suppressed|\n {4}at /);
  });

  test('what does not close is told', async () => {
    const { code, stderr } = await run('train', 'encode', 'dispose');
    expect(code).toBe(1);
    expect(stderr).toContain('Closing encode of "faulty" failed: encode does not close\n');
  });
});

test('a stage that is none is told with its name', async () => {
  const makes = (stage: unknown) => ({ kind: 'sampler' as const, name: 'empty', makes: { sample: () => stage as never } });
  for (const [stage, found] of [
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
  ] as const) {
    await using container = new StageContainer();
    const definition = makes(stage);
    const plugin = { name: 'empty', contract: 2 as const, about: '', stages: [definition] };
    await expect(container.make('sample', { name: 'empty', plugin, definition, settings: {} })).rejects.toMatchObject({
      code: 'STAGE_NOT_MADE',
      message: `"empty" cannot be made to sample: its make answers ${found}, and not a stage`,
    });
    await expect(container.makeOnce('sample', { name: 'empty', plugin, definition, settings: {} }, {})).rejects.toMatchObject({
      code: 'STAGE_NOT_MADE',
      message: `"empty" cannot be made to sample: its make answers ${found}, and not a stage`,
    });
  }
});
