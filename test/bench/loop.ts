import { createRandom, type Prediction, type Sampler } from '../../core/index.ts';
import { assemble } from '../../core/pipeline/assemble.ts';
import { shared } from '../../core/pipeline/shared.ts';
import { steps } from '../../core/pipeline/steps.ts';

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
const sampler: Sampler = { sample: () => ({ fresh: one }) };

const drain = async (model: ReturnType<typeof free>, limit: number): Promise<void> => {
  for await (const _ of steps(model, sampler, { prompt: [{ tokens: new Int32Array([0]) }], random: createRandom(1), limit })) void _;
};

/** The loop's own cost, with a backend, a sampler and a vocabulary that cost nothing. */
export const bench = async (): Promise<Record<string, string>> => {
  await drain(free(), 20_000);
  const out: Record<string, string> = {};
  for (const limit of [1_000, 10_000, 100_000]) {
    const begin = performance.now();
    await drain(free(), limit);
    out[`batch 1, ${limit} tokens`] = `${(((performance.now() - begin) * 1000) / limit).toFixed(2)} µs a token`;
  }
  const model = shared(free(), 32);
  const begin = performance.now();
  await Promise.all(Array.from({ length: 32 }, () => drain(model, 3000)));
  out['32 requests shared'] = `${(((performance.now() - begin) * 1000) / (32 * 3000)).toFixed(2)} µs a row's token`;
  return out;
};
