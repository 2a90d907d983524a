import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { createRandom, type Tokens } from '../../core/index.ts';
import { NgramAttention } from '../../plugins/ngram/attend.ts';
import { NgramDecoder } from '../../plugins/ngram/decode.ts';
import { NgramModel } from '../../plugins/ngram/model.ts';
import { NgramTrainer } from '../../plugins/ngram/train.ts';
import { absent, readGutenberg, why } from '../plugins/ngram/gutenberg.ts';

/** Words of six novels at order 5: learning, keeping, pricing, predicting. */
export const bench = async (): Promise<Record<string, string>> => {
  if (absent) return { 'words of six novels': why };
  const { tokenizer, train, valid } = readGutenberg();
  const out: Record<string, string> = {};
  const timed = async <T>(work: () => T | Promise<T>): Promise<[T, seconds: number]> => {
    const begin = performance.now();
    const made = await work();
    return [made, (performance.now() - begin) / 1000];
  };

  const model = new NgramModel({ order: 5, smoothing: 'kneser-ney' }, tokenizer);
  const run = { random: createRandom(1), signal: new AbortController().signal };
  const [, learning] = await timed(() => lastValueFrom(new NgramTrainer(model).train(train, run)));
  out['train, 2,538,431 words'] = `${learning.toFixed(2)} s, ${Math.round(2538.431 / learning)} thousand words a second`;
  out['n-grams of each order'] = model.trie.levels.map(({ size }) => size).join(' ');
  out['most memory at once, the corpus included'] = `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`;

  const folder = await mkdtemp(join(tmpdir(), 'ngram-'));
  const [, saving] = await timed(() => model.save(folder));
  const loaded = new NgramModel({ order: 5, smoothing: 'kneser-ney' }, tokenizer);
  const [, loading] = await timed(() => loaded.load(folder));
  const bytes = (await stat(join(folder, 'ngram.bin'))).size;
  await rm(folder, { recursive: true });
  out['save and load'] = `${Math.round(bytes / 2 ** 20)} MiB in ${saving.toFixed(2)} s and ${loading.toFixed(2)} s`;

  const attention = new NgramAttention(loaded);
  const decoder = new NgramDecoder(loaded);
  const price = () => {
    for (const { tokens } of valid) decoder.price(attention.attend([tokens.subarray(0, -1)], [undefined]).hidden, [tokens.subarray(1)]);
  };
  price();
  const priced = valid.reduce((sum, { tokens }) => sum + tokens.length - 1, 0);
  const [, pricing] = await timed(price);
  out[`price ${priced} tokens`] = `${pricing.toFixed(3)} s, ${((pricing * 1e6) / priced).toFixed(2)} µs each`;

  const read = valid.slice(0, 2000);
  const [, predicting] = await timed(() => {
    for (const { tokens } of read) {
      let memory: Tokens | undefined;
      for (let at = 0; at < tokens.length; at++) {
        const attended = attention.attend([tokens.subarray(at, at + 1)], [memory]);
        decoder.decode(attended.hidden, [1]);
        [memory] = attended.memory;
      }
    }
  });
  const predicted = read.reduce((sum, { tokens }) => sum + tokens.length, 0);
  out['predict the next word, listed'] = `${((predicting * 1e6) / predicted).toFixed(1)} µs a token at batch 1`;
  return out;
};
