import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backend, definePlugin, open } from '../../../core/index.ts';
import {
  describeBackend,
  describeLaws,
  describeTokenizer,
  exampleRows,
  laws,
  printReport,
  type Report,
  randomTable,
  scripted,
  tableBackend,
} from '../../../core/laws/index.ts';
import ngram from '../../../plugins/ngram/index.ts';
import { CodeUnits } from './honest/code-units.ts';
import { Counting } from './honest/counting.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hand-over-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** No test runner, although one is about. */
const bare: object = { describe: undefined, it: undefined };
const held = ({ verdicts }: Report): number => verdicts.filter(({ outcome }) => outcome === 'holds').length;

describe('a stage is handed over', () => {
  it('as a function that opens it once and slowly, and is closed after the last law', async () => {
    const log: string[] = [];
    const report = await describeBackend(
      async () => {
        log.push('opened');
        await new Promise((resolve) => setTimeout(resolve, 50));
        const backend = tableBackend(randomTable(4, 2), { price: true });
        const stages = scripted(backend, { latency: { decode: 0 } });
        const close = () => log.push(`closed, ${backend.held()} memories held`);
        return { stages, vocabulary: 4, capabilities: backend.capabilities, close };
      },
      { ...bare, runs: 2 },
    );
    expect(log).toEqual(['opened', 'closed, 0 memories held']);
    expect(held(report), printReport(report)).toBeGreaterThan(35);
  });

  it('as a trained pipeline, or as a plugin that is loaded from its folder', async () => {
    const data = join(folder, 'data.txt');
    await writeFile(data, 'ene mene muh\nund raus bist du\n'.repeat(4));
    const settings = { order: 2 };
    const stages = { tokenize: 'bytes', backend: 'ngram', sample: 'greedy' };
    const definition = { name: 'held', data: { train: data }, stages, backends: { ngram: { with: settings } } };
    const pipeline = await open(definition, { models: folder });
    const { folder: model = '' } = await pipeline.ready();
    const { tokenizer } = await pipeline.tools.lend();
    let closed = 0;
    const lent = await describeBackend(
      async () => {
        const { model } = await pipeline.tools.lend();
        const close = () => pipeline.close().then(() => closed++);
        return {
          model,
          vocabulary: tokenizer.vocabulary,
          capabilities: { predictions: [{ kind: 'categorical' as const, extent: 'next' as const }] },
          close,
        };
      },
      { ...bare, runs: 2 },
    );
    expect(held(lent), printReport(lent)).toBeGreaterThan(30);
    expect(closed).toBe(1);
    const holding = { ...bare, tokenizer, kinds: ['backend'] as const, runs: 2 };
    const loaded = await describeLaws(ngram, settings, { ...holding, model });
    expect(held(loaded), printReport(loaded)).toBeGreaterThan(30);
    await expect(describeLaws(ngram, settings, { ...holding, model: join(folder, 'nowhere') })).rejects.toThrow();
  });

  it('with a budget of runs, by kind where they differ, and with rows of one length', async () => {
    const lengths = new Set<number>();
    class Watching extends Counting {
      override learn(tokens: Int32Array, weight: number): void {
        lengths.add(tokens.length);
        super.learn(tokens, weight);
      }
    }
    const mine = definePlugin({ name: 'mine', contract: 2, about: '', stages: [backend({ name: 'mine', train: () => new Watching() })] });
    const rows = exampleRows({ vocabulary: 3, count: 5, min: 4, max: 4 });
    const { verdicts } = await describeLaws(mine, {}, { ...bare, rows, runs: { backend: 3, trainer: 1 } });
    expect(verdicts.length).toBe(laws.trainer.length);
    for (const verdict of verdicts) expect(verdict).toMatchObject({ outcome: 'holds', runs: 1 });
    expect([...lengths]).toEqual([4]);
    const short = await describeTokenizer(new CodeUnits(), { ...bare, runs: 7 });
    expect(short.verdicts[0]).toMatchObject({ outcome: 'holds', runs: 7 });
  });
});
