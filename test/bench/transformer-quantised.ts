import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { open } from '../../core/index.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';

const NEVER = new AbortController().signal;
const ROWS = 64; // that are priced at a time

/** Trains the minerals that ship, for 500 steps or as many as are named, and says what reading with fewer bits costs in perplexity. */
export const bench = async (): Promise<Record<string, string>> => {
  const models = await mkdtemp(join(tmpdir(), 'transformer-quantised-'));
  const steps = Number(process.argv.find((each) => /^\d+$/.test(each)) ?? 500);
  const file = new URL('../../pipelines/transformer-text.json', import.meta.url).pathname;
  const written = JSON.parse(await readFile(file, 'utf8')) as { backends: { transformer: { with: object } } };
  const figures: Record<string, string> = {};
  try {
    await using pipeline = await open(file, { models, set: { 'backends.transformer.train.steps': steps } });
    await lastValueFrom(pipeline.train(), { defaultValue: undefined });
    const { fingerprint } = JSON.parse(await readFile(join(models, 'transformer-text', 'current.json'), 'utf8')) as { fingerprint: string };
    const tokenizer = await pipeline.tokenizer();
    const lines = (await readFile(join(file, '..', 'data', 'minerals.txt'), 'utf8'))
      .split('\n')
      .filter((line, i) => line !== '' && i % 4 === 0);
    const rows = lines.map((line) => Int32Array.of(tokenizer.start!, ...tokenizer.tokenize(line), tokenizer.stop!));
    let plain: number | undefined;
    for (const [precision, head] of [
      ['float32', 'float32'],
      ['int8', 'float32'],
      ['int8', 'int8'],
      ['int4', 'float32'],
      ['int4', 'int4'],
    ] as const) {
      await using model = new TransformerModel({ ...written.backends.transformer.with, precision, precision_head: head }, tokenizer);
      await model.load(join(models, 'transformer-text', fingerprint));
      const { session } = model;
      let [sum, count] = [0, 0];
      for (let at = 0; at < rows.length; at += ROWS) {
        const parts = rows.slice(at, at + ROWS).map((row) => {
          const targets = row.subarray(1);
          return { fresh: row.subarray(0, -1), memory: 0, next: session.number(), positions: targets.length, targets };
        });
        const nats = await session.read(parts, NEVER);
        for (const each of nats) sum += each;
        count += nats.length;
        for (const { next } of parts) session.release(next);
      }
      const perplexity = Math.exp(sum / count);
      plain ??= perplexity;
      figures[`layers ${precision}, head ${head}`] = `${perplexity.toFixed(4)} (${(100 * (perplexity / plain - 1)).toFixed(2)} %)`;
    }
  } finally {
    await rm(models, { recursive: true });
  }
  return figures;
};
