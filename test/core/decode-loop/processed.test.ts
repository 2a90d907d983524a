import { describe, expect, it } from 'vitest';
import {
  createRandom,
  type Prediction,
  type ProcessContext,
  type Processor,
  processed,
  type Request,
  type Sampler,
} from '../../../core/index.ts';

const dense = (rows: readonly (readonly number[])[], counts = rows.map(() => 1)): Prediction => ({
  kind: 'categorical',
  extent: 'next',
  counts,
  logits: { dims: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) },
});

const request = (...prompts: readonly number[][]): Request => ({
  prompt: prompts.map((ids) => ({ tokens: Int32Array.from(ids) })),
  random: createRandom(1),
  limit: 9,
});

/** Says the likeliest id, of each row's last position, and keeps what it saw. */
const likeliest = (seen: Prediction[] = []): Sampler => ({
  sample(prediction) {
    seen.push(structuredClone(prediction));
    if (prediction.kind !== 'categorical' || !('data' in prediction.logits)) throw new Error('logits');
    const { data, dims } = prediction.logits;
    let at = 0;
    return {
      inputIds: prediction.counts.map((count) => {
        at += count;
        const row = data.subarray((at - 1) * dims[1]!, at * dims[1]!);
        return Int32Array.of(row.indexOf(Math.max(...row)));
      }),
    };
  },
});

/** Notes what it is called with, and answers how often it was for this row. */
const noting = (calls: (Omit<ProcessContext, 'random' | 'tokens'> & { tokens: number[]; state: unknown })[]): Processor<number> => ({
  process(_, { random: __, tokens, ...context }, state) {
    calls.push({ ...context, tokens: [...tokens], state });
    return (state ?? 0) + 1;
  },
});

describe('processors before a sampler', () => {
  it('change the logits in their order, of every position, and leave the prediction as it was', async () => {
    const map = (by: (x: number) => number): Processor => ({
      process(logits) {
        for (let i = 0; i < logits.length; i++) logits[i] = by(logits[i]!);
        return undefined;
      },
    });
    const double = map((x) => 2 * x);
    const add = map((x) => x + 1);
    const seen: Prediction[] = [];
    const sampler = processed(
      [
        { name: 'double', processor: double },
        { name: 'add', processor: add },
      ],
      likeliest(seen),
    );
    const prediction = dense([
      [0, 1],
      [3, 2],
    ]);
    const before = structuredClone(prediction);
    const { inputIds } = await sampler.sample(prediction, [Int32Array.of(0), Int32Array.of(1)], undefined, request([0], [1]));
    expect(inputIds.map((row) => [...row])).toEqual([[1], [0]]);
    expect(seen[0]).toMatchObject({ logits: { dims: [2, 2], data: Float32Array.of(1, 3, 7, 5) } });
    expect(prediction).toEqual(before);
  });

  it('are told the row up to the position, its prompt, and what they answered for it', async () => {
    const calls: Parameters<typeof noting>[0] = [];
    const sampler = processed([{ name: 'noting', processor: noting(calls) }], likeliest());
    const ask = request([5, 6]);
    const row = Int32Array.of(5, 6);
    const first = await sampler.sample(
      dense(
        [
          [0, 1],
          [1, 0],
        ],
        [2],
      ),
      [row],
      undefined,
      ask,
    );
    await sampler.sample(dense([[0, 1]]), [Int32Array.of(5, 6, 0)], first.state, ask);
    expect(calls).toEqual([
      { tokens: [5], promptLength: 2, position: 1, given: undefined, state: undefined },
      { tokens: [5, 6], promptLength: 2, position: 2, given: undefined, state: 1 },
      { tokens: [5, 6, 0], promptLength: 2, position: 3, given: undefined, state: 2 },
    ]);
  });

  it('go with their rows where a sampler reorders them, and begin anew where it takes tokens back', async () => {
    const calls: Parameters<typeof noting>[0] = [];
    const fresh = [Int32Array.of(0), Int32Array.of(1), Int32Array.of(1)];
    const beams: Sampler = { sample: () => ({ inputIds: fresh, parents: [1, 1, 0], rollback: [0, 1, 0] }) };
    const sampler = processed([{ name: 'noting', processor: noting(calls) }], beams);
    const ask = request([5], [6, 6]);
    const rows = [Int32Array.of(5), Int32Array.of(6, 6)];
    const { state } = await sampler.sample(
      dense([
        [0, 1],
        [0, 1],
      ]),
      rows,
      undefined,
      ask,
    );
    calls.length = 0;
    const next = [Int32Array.of(6, 6, 0), Int32Array.of(6, 1), Int32Array.of(5, 1)];
    await sampler.sample(
      dense([
        [0, 1],
        [0, 1],
        [0, 1],
      ]),
      next,
      state,
      ask,
    );
    expect(calls.map(({ promptLength, state }) => [promptLength, state])).toEqual([
      [2, 1],
      [2, undefined],
      [1, 1],
    ]);
  });

  it('are named in their errors, release what the sampler holds, and are nothing where there are none', async () => {
    const broken: Processor = {
      process: () => {
        throw new TypeError('out of order');
      },
    };
    const released: unknown[] = [];
    const holding: Sampler = {
      sample: () => ({ inputIds: [Int32Array.of(0)], state: 'held' }),
      release: (state) => void released.push(state),
    };
    const ask = request([0]);
    const rows = [Int32Array.of(0)];
    const one = processed([{ name: 'broken', processor: broken }], holding);
    expect(() => one.sample(dense([[0]]), rows, undefined, ask)).toThrow(
      expect.objectContaining({ code: 'STAGE_FAILED', message: 'process of "broken" failed: out of order' }),
    );
    const two = processed([{ name: 'noting', processor: noting([]) }], holding);
    const { state } = await two.sample(dense([[0]]), rows, undefined, ask);
    two.release!(state);
    expect(released).toEqual(['held']);
    expect(processed([], holding)).toBe(holding);
    const later = (async () => {
      throw new Error('late');
    }) as unknown as Processor['process'];
    expect(() => processed([{ name: 'later', processor: { process: later } }], holding).sample(dense([[0]]), rows, undefined, ask)).toThrow(
      expect.objectContaining({ code: 'WRONG_SHAPE', message: expect.stringContaining('process of "later" returned') }),
    );
    for (const [value, fault] of [
      [Number.NaN, 'the logit of id 0 is NaN'],
      [Number.NEGATIVE_INFINITY, 'every id is forbidden'],
    ] as const) {
      const spoiling: Processor = { process: (logits) => void logits.fill(value) as undefined };
      expect(() => processed([{ name: 'spoiling', processor: spoiling }], holding).sample(dense([[0]]), rows, undefined, ask)).toThrow(
        expect.objectContaining({ code: 'NO_LOGIT_LEFT', message: expect.stringContaining(`"spoiling" nothing can be chosen: ${fault}`) }),
      );
    }
    const point: Prediction = { kind: 'point', extent: 'whole', counts: [1], rows };
    expect(() => two.sample(point, rows, undefined, ask)).toThrow(expect.objectContaining({ code: 'NO_LOGITS' }));
  });
});
