import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { AutoModelForCausalLM, env, type PreTrainedModel, Tensor } from '@huggingface/transformers';
import { TransformerModel } from '../../plugins/transformer/model.ts';
import { bandwidth } from './bandwidth.ts';
import type { Say } from './main.ts';
import { bytesRead, made, median, SHAPES } from './transformer-models.ts';
import { ours, pastPresent, prompt, type Times } from './transformer-reading.ts';

const ROUNDS = 3;
const TOKENS = 16; // that are timed of each continuation

/** The same of transformers.js: a continuation by one token, and by so many more. */
const theirs = async (model: PreTrainedModel, length: number): Promise<Times> => {
  const ids = BigInt64Array.from(prompt(length), BigInt);
  const run = async (count: number): Promise<number> => {
    const began = performance.now();
    const inputs = new Tensor('int64', ids, [1, length]);
    const mask = new Tensor('int64', new BigInt64Array(length).fill(1n), [1, length]);
    const lengths = { max_new_tokens: count, min_new_tokens: count };
    await model.generate({ inputs, attention_mask: mask, ...lengths, do_sample: false, eos_token_id: null } as never);
    return performance.now() - began;
  };
  const first = await run(1);
  return { first, token: ((await run(1 + TOKENS)) - first) / TOKENS };
};

const DTYPES = { float32: 'fp32', int8: 'q8', int4: 'q4' } as const;
const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
const resident = (): number => Math.round(process.memoryUsage().rss / 1e6);

/** Decoding and prefill beside @huggingface/transformers, in turns, on the same weights; a ratio above 1 says how much faster ours is. `llama` or `gpt2` chooses a shape, `float32`, `int8` or `int4` a precision. */
export const bench = async (say: Say): Promise<undefined> => {
  env.allowRemoteModels = false;
  const chosen = process.argv.slice(3);
  const takes = (...names: readonly string[]): boolean => !chosen.some((each) => names.includes(each)) || chosen.includes(names[0]!);
  say('load before', load());
  const limit = await bandwidth();
  say('memory, GB/s, read by threads as many as cores', limit.toFixed(1));
  const home = await mkdtemp(join(tmpdir(), 'transformer-bench-'));
  try {
    for (const shape of ['llama 110M', 'gpt2 124M'] as const) {
      if (!takes(shape.split(' ')[0]!, ...(shape === 'gpt2 124M' ? ['llama'] : ['gpt2']))) continue;
      let plain = 0; // milliseconds of their prefill in single precision
      for (const precision of ['float32', 'int8', 'int4'] as const) {
        if (!takes(precision, 'float32', 'int8', 'int4')) continue;
        const how = { precision, precision_head: precision };
        const folder = join(home, `${shape} ${precision}`.replaceAll(' ', '-'));
        await mkdir(folder);
        await (await made(shape, how)).save(folder);
        const name = `${shape} ${precision}`;
        await using model = new TransformerModel({ model: folder, ...how }, { vocabulary: SHAPES[shape].vocabulary });
        const onnx = join(folder, 'onnx');
        for (const file of await readdir(onnx)) await readFile(join(onnx, file)); // so that neither waits for a disk
        await readFile(join(folder, 'model.safetensors'));
        const sizes = [resident()];
        const began = performance.now();
        await ours(model.session, 1, 1, 0);
        const opened = performance.now() - began;
        sizes.push(resident());
        const start = performance.now();
        const place = { dtype: DTYPES[precision], device: 'cpu', local_files_only: true } as const;
        const peer = (await AutoModelForCausalLM.from_pretrained(folder, place)) as PreTrainedModel;
        say(`${name}: session start, ms, and theirs`, `${Math.round(opened)} ${Math.round(performance.now() - start)}`);
        say(`${name}: memory that each adds, MB`, `${sizes[1]! - sizes[0]!} ${resident() - sizes[1]!}`);
        await ours(model.session, 64, 1, TOKENS); // and neither for its own first steps
        await theirs(peer, 64);
        for (const length of [64, 512, 256]) {
          const [mine, their] = [[], []] as [Times[], Times[]];
          const delay = monitorEventLoopDelay({ resolution: 1 });
          for (let round = 0; round < ROUNDS; round++) {
            delay.enable();
            mine.push(await ours(model.session, length, 1, TOKENS));
            delay.disable();
            their.push(await theirs(peer, length));
          }
          const of = (key: keyof Times) => [mine, their].map((each) => median(each.map((one) => one[key]))) as [number, number];
          const told = ([a, b]: readonly [number, number]): string => `${a.toFixed(1)} ${b.toFixed(1)} ${(b / a).toFixed(2)}`;
          const [token, first] = [of('token'), of('first')];
          say(`${name}, context ${length}: first token, ms, theirs, ratio`, told(first));
          if (length !== 256) say(`${name}, context ${length}: ms a token, theirs, ratio`, told(token));
          say(`${name}, context ${length}: event-loop delay p99, ms`, (delay.percentile(99) / 1e6 - 1).toFixed(1));
          if (length !== 256 && precision === 'float32')
            say(`${name}, context ${length}: share of memory's pace`, (bytesRead(model, length) / token[0] / 1e6 / limit).toFixed(3));
          if (length !== 256) continue;
          if (precision === 'float32') plain = first[1];
          else if (plain > 0) say(`${name}, prefill of 256: beside theirs in float32`, (plain / first[0]).toFixed(2));
          say(`${name}, prefill of 256: tokens/s, and theirs`, first.map((ms) => Math.round((1000 * length) / ms)).join(' '));
        }
        await peer.dispose();
        if (precision === 'float32') {
          const [mine, past] = [[], []] as [number[], number[]];
          for (let round = 0; round < ROUNDS; round++) {
            mine.push((await ours(model.session, 512, 8, TOKENS)).token);
            past.push(await pastPresent(join(folder, 'onnx', 'model.onnx'), model, 512, 8, TOKENS));
          }
          const [a, b] = [median(mine), median(past)];
          say(`${name}, context 512, batch 8: ms, past/present's`, `${a.toFixed(1)} ${b.toFixed(1)} ${(b / a).toFixed(2)}`);
        }
        await rm(folder, { recursive: true });
      }
    }
  } finally {
    await rm(home, { recursive: true });
  }
  say('load after', load());
  return undefined;
};
