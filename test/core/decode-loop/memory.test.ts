import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { steps } from '../../../core/decode-loop/loop.ts';
import { assemble, type Stages } from '../../../core/decode-loop/model.ts';
import { createRandom, type Prediction, type Sampler } from '../../../core/index.ts';

/** A backend that counts what it opens and what is released, in the order of opening. */
const counting = (change: (stages: Stages, opened: object[]) => Partial<Stages> = () => ({})) => {
  const opened: object[] = [];
  const released: object[] = [];
  const open = (): object => opened[opened.push({}) - 1]!;
  const stages: Stages = {
    encoder: { encode: (fresh) => fresh as never },
    attention: {
      attend: (hidden, memory) => ({ hidden, memory: memory.map(() => open() as never) }),
      release: (memory) => released.push(memory as object),
    },
    decoder: {
      decode: (_hidden, positions): Prediction => ({
        kind: 'categorical',
        extent: 'next',
        counts: positions,
        logits: { dims: [positions.length, 2], data: new Float32Array(2 * positions.length) },
      }),
    },
  };
  return { stages: { ...stages, ...change(stages, opened) }, opened, released };
};

const ids = (...tokens: number[]): Int32Array => new Int32Array(tokens);
const run = { random: [createRandom(1)], given: [undefined], task: [undefined], signal: new AbortController().signal };

it('leaves the caller its memory where a stage gave it back and a later one failed', async () => {
  const { stages, released } = counting(({ attention }) => ({
    attention: { ...attention, attend: (hidden, memory) => ({ hidden, memory }) },
    decoder: {
      decode: () => {
        throw new Error('broken');
      },
    },
  }));
  const mine = {};
  await expect(assemble(stages).forward({ ...run, inputIds: [ids()], memory: [mine], positions: [0] })).rejects.toThrow('broken');
  expect(released).toEqual([]);
});

it('releases a memory that comes after the timeout', async () => {
  const { stages, opened, released } = counting(({ attention }) => ({
    attention: {
      ...attention,
      attend: async (hidden, memory, run) => {
        await sleep(30);
        return attention.attend(hidden, memory, run);
      },
    },
  }));
  const model = assemble(stages, { timeouts: { attend: 0.005 } });
  await expect(model.forward({ ...run, inputIds: [ids(1)], memory: [undefined], positions: [1] })).rejects.toThrow('timeout');
  await sleep(60);
  expect(opened).toHaveLength(1);
  expect(released).toEqual(opened);
});

it('releases what it rewound where a later rewind fails', async () => {
  const { stages, opened, released } = counting(({ attention }, opened) => ({
    attention: {
      ...attention,
      rewind: () => {
        if (opened.length > 1) throw new Error('cannot go back');
        return opened[opened.push({}) - 1] as never;
      },
    },
  }));
  const sampler: Sampler = { sample: () => ({ inputIds: [ids(1), ids(1)], parents: [0, 0], rollback: [1, 1] }) };
  const reading = async (): Promise<void> => {
    for await (const _ of steps(assemble(stages), sampler, { prompt: [{ tokens: ids(0) }], random: createRandom(1), limit: 9 })) void _;
  };
  await expect(reading()).rejects.toThrow();
  expect(released).toHaveLength(opened.length);
  expect(new Set(released)).toEqual(new Set(opened));
});

it('lets timers have their turn, however fast the backend is', async () => {
  const leaving = new AbortController();
  const { stages } = counting();
  const sampler: Sampler = { sample: () => ({ inputIds: [ids(1)] }) };
  setTimeout(() => leaving.abort(), 0);
  let told = 0;
  const reading = async (): Promise<void> => {
    const request = { prompt: [{ tokens: ids(0) }], random: createRandom(1), limit: 1_000_000, signal: leaving.signal };
    for await (const step of steps(assemble(stages), sampler, request)) told += step.emitted.length;
  };
  await expect(reading()).rejects.toThrow('aborted');
  expect(told).toBeLessThan(1_000_000);
});
