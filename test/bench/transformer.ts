import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoModelForCausalLM, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import type { Session } from '../../plugins/transformer/session/session.ts';
import { made, median, SHAPES } from './transformer-models.ts';

const ROUNDS = 3;
const TOKENS = 16; // that are timed of each continuation
const NEVER = new AbortController().signal;

const prompt = (length: number, row = 0): Int32Array => Int32Array.from({ length }, (_, i) => 3 + ((i * 7919 + row * 104729) % 20000));

const likeliest = (logits: Float32Array): number => {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
};

/** Milliseconds of a prefill, and of each token after it, by our own stages' session. */
const ours = async (session: Session, length: number, rows: number): Promise<{ first: number; token: number }> => {
  const vocabulary = (logits: Float32Array): number => logits.length / rows;
  const began = performance.now();
  let parts = Array.from({ length: rows }, (_, row) => ({ fresh: prompt(length, row), memory: 0, next: session.number(), positions: 1 }));
  let logits = (await session.read(parts, NEVER)) as Float32Array;
  const first = performance.now() - began;
  const then = performance.now();
  for (let count = 0; count < TOKENS; count++) {
    const width = vocabulary(logits);
    const chosen = parts.map((_, row) => likeliest(logits.subarray(row * width, (row + 1) * width)));
    const before = parts;
    parts = parts.map(({ next }, row) => ({ fresh: Int32Array.of(chosen[row]!), memory: next, next: session.number(), positions: 1 }));
    logits = (await session.read(parts, NEVER)) as Float32Array;
    for (const { next } of before) session.release(next);
  }
  const token = (performance.now() - then) / TOKENS;
  for (const { next } of parts) session.release(next);
  return { first, token };
};

/** The same of transformers.js: a continuation by one token, and by so many more. */
const theirs = async (model: PreTrainedModel, length: number, rows: number): Promise<{ first: number; token: number }> => {
  const ids = new BigInt64Array(length * rows);
  for (let row = 0; row < rows; row++) ids.set(BigInt64Array.from(prompt(length, row), BigInt), row * length);
  const run = async (count: number): Promise<number> => {
    const began = performance.now();
    const inputs = new Tensor('int64', ids, [rows, length]);
    const mask = new Tensor('int64', new BigInt64Array(length * rows).fill(1n), [rows, length]);
    await model.generate({
      inputs,
      attention_mask: mask,
      max_new_tokens: count,
      min_new_tokens: count,
      do_sample: false,
      eos_token_id: null,
    } as never);
    return performance.now() - began;
  };
  const first = await run(1);
  return { first, token: ((await run(1 + TOKENS)) - first) / TOKENS };
};

const DTYPES = { float32: 'fp32', int8: 'q8', int4: 'q4' } as const;

/** Decoding and prefill beside @huggingface/transformers, in turns, on the same weights; a ratio above 1 says how much faster ours is. */
export const bench = async (): Promise<Record<string, string>> => {
  env.allowRemoteModels = false;
  const figures: Record<string, string> = {
    load: loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  };
  const home = await mkdtemp(join(tmpdir(), 'transformer-bench-'));
  const [only] = process.argv.slice(3);
  try {
    for (const shape of ['llama 110M', 'gpt2 124M'] as const) {
      if (only && !shape.startsWith(only)) continue;
      for (const precision of ['float32', 'int8', 'int4'] as const) {
        const folder = join(home, `${shape} ${precision}`.replaceAll(' ', '-'));
        await mkdir(folder);
        await using fresh = await made(shape, { precision });
        await fresh.save(folder);
        await using model = new TransformerModel({ model: folder, precision }, { vocabulary: SHAPES[shape].vocabulary });
        const began = performance.now();
        await ours(model.session, 1, 1);
        const opened = performance.now() - began;
        const start = performance.now();
        const peer = (await AutoModelForCausalLM.from_pretrained(folder, {
          dtype: DTYPES[precision],
          device: 'cpu',
          local_files_only: true,
        })) as PreTrainedModel;
        figures[`${shape} ${precision}: session start, ms, and theirs`] = `${Math.round(opened)} ${Math.round(performance.now() - start)}`;
        for (const [length, rows] of [[64, 1], [512, 1], ...(precision === 'float32' ? [[512, 8] as const] : []), [256, 1]] as const) {
          const [mine, their] = [[], []] as [{ first: number; token: number }[], { first: number; token: number }[]];
          for (let round = 0; round < ROUNDS; round++) {
            mine.push(await ours(model.session, length, rows));
            their.push(await theirs(peer, length, rows));
          }
          const of = (key: 'first' | 'token') => [mine, their].map((each) => median(each.map((one) => one[key]))) as [number, number];
          const [token, first] = [of('token'), of('first')];
          const name = `${shape} ${precision}, context ${length}, batch ${rows}`;
          if (length !== 256)
            figures[`${name}: ms a token, theirs, ratio`] =
              `${token[0].toFixed(1)} ${token[1].toFixed(1)} ${(token[1] / token[0]).toFixed(2)}`;
          figures[`${name}: prefill tokens/s, theirs, ratio`] =
            `${Math.round((1000 * length * rows) / first[0])} ${Math.round((1000 * length * rows) / first[1])} ${(first[1] / first[0]).toFixed(2)}`;
        }
        await peer.dispose();
        await rm(folder, { recursive: true });
      }
    }
  } finally {
    await rm(home, { recursive: true });
  }
  return {
    ...figures,
    'load after': loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
    'memory, MB': String(Math.round(process.memoryUsage().rss / 1e6)),
  };
};
