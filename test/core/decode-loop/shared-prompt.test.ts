import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interleave } from '../../../core/decode-loop/interleave.ts';
import { steps } from '../../../core/decode-loop/loop.ts';
import { shared } from '../../../core/decode-loop/scheduler.ts';
import { sharedPrompts } from '../../../core/decode-loop/shared-prompt.ts';
import { assemble, createRandom, type Model, type Sampler } from '../../../core/index.ts';
import { plainSampler, randomTable, tableBackend } from '../../../core/laws/index.ts';

const table = randomTable(4, 2);
const never = new AbortController().signal;
const ids = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => (i * i + (i >> 2)) % 4);
const PROMPTS = [ids(1000), ids(700)];

/** A table's model that counts the tokens it reads and the memories that are held. */
const counting = (read: (model: Model) => Model['forward'] = (model) => model.forward) => {
  const backend = tableBackend(table);
  const model = assemble(backend);
  const seen = { tokens: 0 };
  const counted: Model = {
    ...model,
    forward(reading) {
      seen.tokens += reading.inputIds.reduce((sum, { length }) => sum + length, 0);
      return read(model)(reading);
    },
  };
  return { model: counted, seen, held: () => backend.held() };
};

const requestOf = (index: number, prompt: number, limit = 5) => ({
  prompt: [{ tokens: PROMPTS[prompt]! }],
  random: createRandom(7, index),
  limit,
});

/** What each request tells; `width` of them run at a time, and prompts take turns. */
const tell = async (
  model: Model,
  { count = 5, width = 5, prompts = 1, keep = width, leaves = () => 1e9, sampler = plainSampler, sharing = true } = {} as {
    count?: number;
    width?: number;
    prompts?: number;
    keep?: number;
    leaves?: (index: number) => number;
    sampler?: Sampler;
    sharing?: boolean;
  },
): Promise<number[][]> => {
  const told: number[][] = Array.from({ length: count }, () => []);
  const uses = (prompt: number): number => Math.ceil((count - prompt) / prompts);
  const all = sharedPrompts(model, { uses, keep, signal: never });
  const one = async function* (index: number): AsyncGenerator<void, void> {
    const which = index % prompts;
    let step = 0;
    if (leaves(index) === 0) return;
    for await (const { emitted } of steps(
      sharing ? all.modelOf(which) : model,
      sampler,
      requestOf(index, which),
      Number.POSITIVE_INFINITY,
    )) {
      told[index]!.push(...emitted);
      if (++step >= leaves(index)) return;
      yield;
    }
  };
  for await (const _ of interleave(
    told.map((_, index) => one(index)),
    width,
    all.close,
  ));
  return told;
};

describe('a prompt of several requests', () => {
  it('is read once: of 1,000 tokens for five, 1,000 and what they say', async () => {
    const [apart, together] = [counting(), counting()];
    const expected = await tell(shared(apart.model, 32, 2048), { sharing: false });
    expect(await tell(shared(together.model, 32, 2048))).toEqual(expected);
    expect([apart.seen.tokens, together.seen.tokens]).toEqual([5 * 1000 + 5 * 4, 1000 + 5 * 4]);
    expect([apart.held(), together.held()]).toEqual([0, 0]);
  });

  it('is kept for those that begin later, and let go with the last of them', async () => {
    for (const [keep, read] of [
      [2, 1000 + 700],
      [1, 1000 + 6 * 700],
      [0, 6 * 1700],
    ] as const) {
      const { model, seen, held } = counting();
      await tell(shared(model, 32, 2048), { count: 12, width: 1, prompts: 2, keep });
      expect([seen.tokens, held()]).toEqual([read + 12 * 4, 0]);
    }
  });

  it('stays with the others when one leaves, and is released once, whoever leaves when', async () => {
    const expected = await tell(shared(counting().model, 32), { sharing: false, count: 6, prompts: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(2),
        async (leave, width, keep) => {
          const { model, held } = counting();
          const told = await tell(shared(model, 3, 512), { count: 6, width, keep, prompts: 2, leaves: (index) => leave[index]! });
          expect(told).toEqual(expected.map((all, index) => all.slice(0, leave[index])));
          expect(held()).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is read by each request where the backend draws luck while it reads', async () => {
    const drawing = () =>
      counting((model) => async (reading) => {
        const luck = reading.random.map((random) => random());
        await sleep(1);
        const read = await model.forward(reading);
        const { prediction } = read;
        if (prediction.kind !== 'categorical' || !('data' in prediction.logits)) throw new Error('not dense');
        const { dims, data } = prediction.logits;
        return { ...read, prediction: { ...prediction, logits: { dims, data: data.map((logit, i) => logit + luck[Math.floor(i / 4)]!) } } };
      });
    const greedy: Sampler = {
      sample: (prediction, _rows, _state, { random }) => ({
        inputIds: prediction.counts.map(() => Int32Array.of(Math.floor(random() * 4))),
      }),
    };
    const [apart, together] = [drawing(), drawing()];
    const expected = await tell(apart.model, { sharing: false, sampler: greedy });
    expect(await tell(together.model, { sampler: greedy })).toEqual(expected);
    expect([together.seen.tokens, together.held()]).toEqual([apart.seen.tokens, 0]);
  });

  it('fails for all who wait for it where it cannot be read, and is read again for who comes later', async () => {
    let failing = true;
    const { model, held } = counting((model) => async (reading) => {
      await sleep(1);
      if (failing) throw new Error('out of order');
      return model.forward(reading);
    });
    const all = sharedPrompts(model, { uses: () => 3, keep: 1, signal: never });
    const run = async (index: number): Promise<number> => {
      let told = 0;
      for await (const { emitted } of steps(all.modelOf(0), plainSampler, requestOf(index, 0))) told += emitted.length;
      return told;
    };
    const failed = await Promise.allSettled([run(0), run(1)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failing = false;
    expect(await run(2)).toBe(5);
    all.close();
    expect(held()).toBe(0);
  });
});
