import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { open, type Tokenizer } from '../../core/index.ts';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import type { Say } from './main.ts';

const NEVER = new AbortController().signal;
const ROWS = 64; // that are priced at a time

/** What reading with fewer bits costs in perplexity: of the minerals, trained here for 500 steps or as many as are named, or of a model's folder over the last tenth of a text, `transformer-quantised models/… text.txt`. */
export const bench = async (say: Say): Promise<undefined> => {
  const [first, text] = process.argv.slice(3);
  if (first !== undefined && text !== undefined) return ofText(say, first, text);
  const models = await mkdtemp(join(tmpdir(), 'transformer-quantised-'));
  const file = new URL('../../pipelines/transformer-text.json', import.meta.url).pathname;
  try {
    await using pipeline = await open(file, { models, set: { 'backends.transformer.train.steps': Number(first ?? 500) } });
    await lastValueFrom(pipeline.train(), { defaultValue: undefined });
    const { folder } = await pipeline.ready();
    const tokenizer = await pipeline.tokenizer();
    const lines = (await readFile(join(file, '..', 'data', 'minerals.txt'), 'utf8'))
      .split('\n')
      .filter((line, i) => line !== '' && i % 4 === 0);
    const rows = lines.map((line) => Int32Array.of(tokenizer.start!, ...tokenizer.tokenize(line), tokenizer.stop!));
    await measure(say, folder!, tokenizer, rows);
  } finally {
    await rm(models, { recursive: true });
  }
  return undefined;
};

const ofText = async (say: Say, folder: string, path: string): Promise<undefined> => {
  await using pipeline = await open(folder, { train: false });
  const tokenizer = await pipeline.tokenizer();
  const all = tokenizer.tokenize(await readFile(path, 'utf8'));
  const { context } = new TransformerModel({ model: folder }, tokenizer);
  const rows: Int32Array[] = [];
  for (let at = Math.floor(all.length * 0.9); at + 1 < all.length; at += context!) rows.push(all.slice(at, at + context! + 1));
  await measure(say, folder, tokenizer, rows);
  return undefined;
};

const measure = async (say: Say, folder: string, tokenizer: Tokenizer, rows: readonly Int32Array[]): Promise<void> => {
  let plain: number | undefined;
  for (const [precision, head] of [
    ['float32', 'float32'],
    ['int8', 'float32'],
    ['int8', 'int8'],
    ['int4', 'float32'],
    ['int4', 'int4'],
  ] as const) {
    await using model = new TransformerModel({ model: folder, precision, precision_head: head }, tokenizer);
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
    say(`layers ${precision}, head ${head}`, `${perplexity.toFixed(4)} (${(100 * (perplexity / plain - 1)).toFixed(2)} %)`);
  }
};
