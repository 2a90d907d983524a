import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, open } from '../../../core/index.ts';
import type { Value } from '../../../plugins/toolkit/index.ts';
import { parametersOf } from '../../../plugins/transformer/architecture/parameters.ts';
import { TransformerModel } from '../../../plugins/transformer/model.ts';
import type { TransformerOptions } from '../../../plugins/transformer/options.ts';

const DEEP = process.env.STAGEWRIGHT_DEEP !== undefined;
const TOKENS = DEEP ? 10_000 : 1500;
const MODELS = DEEP ? 100 : 8;
const LEAVINGS = DEEP ? 50 : 4;
const NEVER = new AbortController().signal;
const random = createRandom(5);
const megabytes = (): number => process.memoryUsage().rss / 2 ** 20;
const told = (what: string, figure: string): void => {
  if (DEEP) console.log(`${what}: ${figure}`);
};

const modelOf = async (settings: Static<typeof TransformerOptions>): Promise<TransformerModel> => {
  const model = new TransformerModel({ preset: 'llama', layers: 2, heads: 2, width: 64, ...settings }, { vocabulary: 64 });
  const weights = [...parametersOf(model.architecture)].map(([name, { shape }]): [string, Value] => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    return [name, { dims: shape, data: Float32Array.from({ length: size }, () => random() - 0.5) }];
  });
  await model.learn(new Map(weights));
  return model;
};

/** Reads one token after another, and calls back after each. */
const drawn = async ({ session }: TransformerModel, tokens: number, each: () => void = () => undefined): Promise<void> => {
  let memory = 0;
  for (let at = 0; at < tokens; at++) {
    const next = session.number();
    await session.read([{ fresh: Int32Array.of(at % 64), memory, next, positions: 1 }], NEVER);
    if (memory !== 0) session.release(memory);
    memory = next;
    each();
  }
  session.release(memory);
};

/** How often the event loop comes round while some work is waited for. */
const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
  let turns = 0;
  let working = true;
  const turn = (): void => {
    turns++;
    if (working) setImmediate(turn);
  };
  setImmediate(turn);
  await work().finally(() => {
    working = false;
  });
  return turns;
};

const most = (sizes: readonly number[]): number => Math.max(...sizes);

describe('a model that reads', () => {
  it(`${TOKENS} tokens after one another does not grow, and leaves the event loop free`, async () => {
    await using model = await modelOf({ context: 128, window: 64 });
    const sizes: number[] = [];
    await drawn(model, 100);
    const turns = await turnsDuring(() => drawn(model, TOKENS, () => sizes.push(megabytes())));
    const tenth = TOKENS / 10;
    const growth = most(sizes.slice(-tenth)) - most(sizes.slice(tenth, 3 * tenth));
    told(`growth over ${TOKENS} tokens`, `${growth.toFixed(1)} MB; ${turns} turns of the event loop`);
    expect(growth).toBeLessThan(DEEP ? 30 : 60); // a cache that is not let go of comes to 196 MB in 1,500 tokens
    expect(turns).toBeGreaterThan(TOKENS / 2);
  });

  it('long prompts leaves the event loop free', async () => {
    await using model = await modelOf({ layers: 4, heads: 4, width: 256, context: 4096 });
    const { session } = model;
    await drawn(model, 5);
    for (let count = 0; count < (DEEP ? 8 : 2); count++) {
      const turns = await turnsDuring(async () => {
        const next = session.number();
        await session.read([{ fresh: new Int32Array(2048), memory: 0, next, positions: 1 }], NEVER);
        session.release(next);
      });
      told('turns of the event loop in a prefill of 2048', `${turns}`);
      expect(turns).toBeGreaterThan(100); // a reading on this thread would leave it but a few
    }
  });

  it(`is opened and disposed ${MODELS} times without growth`, async () => {
    const sizes: number[] = [];
    for (let count = 0; count < MODELS; count++) {
      await using model = await modelOf({ width: 256, context: 64 }); // 6 MB of weights
      await drawn(model, 3);
      sizes.push(megabytes());
    }
    const half = MODELS / 2;
    const growth = most(sizes.slice(half)) - most(sizes.slice(0, half));
    told(`growth from the first ${half} models to the last ${half}`, `${growth.toFixed(1)} MB`);
    expect(growth).toBeLessThan(DEEP ? 60 : 100);
  });

  it(`is disposed in mid-step, ${LEAVINGS} of ${LEAVINGS} cleanly`, async () => {
    let ended = 0;
    for (let count = 0; count < LEAVINGS; count++) {
      const model = await modelOf({ context: 4096 });
      const { session } = model;
      await drawn(model, 1);
      const stop = new AbortController();
      const part = { fresh: new Int32Array(2048), memory: 0, next: session.number(), positions: 1 };
      const reading = session.read([part], stop.signal).then(
        () => 'read',
        (error: Error) => error.name,
      );
      await new Promise((resolve) => setTimeout(resolve, random() * 40));
      if (count % 2 === 0) stop.abort();
      await model[Symbol.asyncDispose]();
      expect(['read', 'AbortError']).toContain(await reading);
      ended++;
    }
    told('disposals in mid-step that ended cleanly', `${ended} of ${LEAVINGS}`);
  });
});

describe('the command', () => {
  let home = '';
  let folder = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'transformer-endurance-'));
    await writeFile(join(home, 'rows.txt'), Array.from({ length: 40 }, (_, i) => `abc${i % 7}`).join('\n'));
    const shape = { preset: 'llama', layers: 1, heads: 2, width: 32, context: 16, window: 8 };
    await using pipeline = await open(
      {
        name: 'endless',
        data: { train: join(home, 'rows.txt') },
        stages: { tokenize: 'characters', backend: 'transformer', sample: { use: 'sampling', with: { temperature: 2 } } },
        backends: { transformer: { with: shape, train: { steps: 2, batch: 2 } } },
      },
      { models: join(home, 'models') },
    );
    folder = (await pipeline.ready()).folder!;
  });
  afterAll(() => rm(home, { recursive: true }));

  it(`ends cleanly at Ctrl-C in mid-step, ${LEAVINGS} of ${LEAVINGS}`, async () => {
    const ends = new Map<string, number>();
    for (let count = 0; count < LEAVINGS; count++) {
      const program = new URL('../../../core/host/cli/main.ts', import.meta.url).pathname;
      const long = ['--count', '100000', '--max-new-tokens', '100000'];
      const child = spawn(process.execPath, ['--import', 'tsx', program, 'generate', folder, ...long], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (some) => {
        said += some;
      });
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      child.stdout.resume();
      setTimeout(() => child.kill('SIGINT'), random() * 50);
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      expect(said).not.toMatch(/Napi|abort\(|terminate called/);
      ends.set(`${signal ?? code}`, (ends.get(`${signal ?? code}`) ?? 0) + 1);
    }
    told('ends of the command at Ctrl-C', JSON.stringify([...ends]));
    expect([...ends]).toEqual([['130', LEAVINGS]]);
  });
});
