import { steps } from '../../core/decode-loop/loop.ts';
import { assemble } from '../../core/decode-loop/model.ts';
import { shared } from '../../core/decode-loop/scheduler.ts';
import { createRandom, type Prediction, type Sampler } from '../../core/index.ts';

const logits = { dims: [1, 2], data: new Float32Array(2) };
const free = () =>
  assemble({
    encoder: { encode: (fresh) => fresh as never },
    attention: { attend: (hidden, memory) => ({ hidden, memory }) },
    decoder: {
      decode: (_hidden, positions): Prediction => ({
        kind: 'categorical',
        extent: 'next',
        counts: positions,
        logits: positions.length === 1 ? logits : { dims: [positions.length, 2], data: new Float32Array(2 * positions.length) },
      }),
    },
  });
const one = [new Int32Array([1])];
const sampler: Sampler = { sample: () => ({ inputIds: one }) };

const drain = async (model: ReturnType<typeof free>, limit: number): Promise<void> => {
  for await (const _ of steps(model, sampler, { prompt: [{ tokens: new Int32Array([0]) }], random: createRandom(1), limit })) void _;
};

/** The median of microseconds that a run costs, each divided by what it did. */
const median = async (runs: number, tokens: number, work: () => Promise<unknown>): Promise<number> => {
  const costs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    await work();
    costs.push(((performance.now() - begin) * 1000) / tokens);
  }
  return costs.sort((a, b) => a - b)[runs >> 1]!;
};

/** The loop's own cost, with a backend, a sampler and a vocabulary that cost nothing. */
export const bench = async (): Promise<Record<string, string>> => {
  await drain(free(), 50_000); // warm
  const out: Record<string, string> = {};
  for (const [limit, runs] of [
    [1_000, 101],
    [10_000, 21],
    [100_000, 5],
  ] as const)
    out[`batch 1, ${limit} tokens`] = `${(await median(runs, limit, () => drain(free(), limit))).toFixed(2)} µs a token`;
  const model = shared(free(), 32);
  const together = () => Promise.all(Array.from({ length: 32 }, () => drain(model, 1000)));
  out['32 requests shared'] = `${(await median(7, 32_000, together)).toFixed(2)} µs a row's token`;
  return out;
};
