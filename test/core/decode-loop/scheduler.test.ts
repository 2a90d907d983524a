import { describe, expect, test } from 'vitest';
import { steps } from '../../../core/decode-loop/loop.ts';
import { shared } from '../../../core/decode-loop/scheduler.ts';
import { assemble, createRandom, type ForwardInput, type Model, score, type Tokens } from '../../../core/index.ts';
import { plainSampler, randomTable, tableBackend } from '../../../core/laws/index.ts';

const table = randomTable(4, 2);
const ids = (length: number): Tokens => Int32Array.from({ length }, (_, i) => (i * i + (i >> 2)) % 4);

/** A table's model that writes down what each pass reads: of each row how many tokens, and after how many it predicts. */
const counting = (options: { price?: boolean } = {}) => {
  const backend = tableBackend(table, options);
  const model = assemble(backend);
  const passes: { readonly fresh: number[]; readonly positions: readonly number[] }[] = [];
  const prices: number[][] = [];
  const counted: Model = {
    ...model,
    forward(reading) {
      passes.push({ fresh: reading.inputIds.map(({ length }) => length), positions: reading.positions });
      return model.forward(reading);
    },
    ...(model.price && {
      price(pricing) {
        prices.push(pricing.inputIds.map(({ length }) => length));
        return model.price!(pricing);
      },
    }),
  };
  return { model: counted, passes, prices, held: () => backend.held() };
};

const requestOf = (tokens: Tokens, limit: number, signal?: AbortSignal) => ({
  prompt: [{ tokens }],
  random: createRandom(7),
  limit,
  ...(signal && { signal }),
});

const tell = async (model: Model, tokens: Tokens, limit: number, step: () => void = () => undefined): Promise<number[]> => {
  const all: number[] = [];
  for await (const { emitted } of steps(model, plainSampler, requestOf(tokens, limit), Number.POSITIVE_INFINITY)) {
    all.push(...emitted);
    step();
  }
  return all;
};

const readingOf = (fresh: Tokens, positions: number, signal = new AbortController().signal): ForwardInput => ({
  inputIds: [fresh],
  positions: [positions],
  memory: [undefined],
  random: [createRandom(1)],
  given: [undefined],
  task: [undefined],
  signal,
});

describe('a prefill beside others', () => {
  test('delays a running stream by one chunk at most, and both tell what they tell alone', async () => {
    const alone = [await tell(counting().model, ids(3), 60), await tell(counting().model, ids(2048), 5)];
    const { model, passes, held } = counting();
    const both = shared(model, 32, 64);
    const between: number[] = [];
    let seen = 0;
    let late: Promise<number[]> | undefined;
    const stream = await tell(both, ids(3), 60, () => {
      const read = passes.slice(seen).map(({ fresh }) => fresh.reduce((sum, each) => sum + each, 0));
      between.push(read.reduce((sum, each) => sum + each, 0));
      seen = passes.length;
      late ??= tell(both, ids(2048), 5);
    });
    expect([stream, await late]).toEqual(alone);
    expect(Math.max(...passes.map(({ fresh }) => fresh.reduce((sum, each) => sum + each, 0)))).toBe(64); // the stream's own token among them
    expect(between.filter((tokens) => tokens > 64).length).toBeLessThan(6); // whom a busy machine keeps from asking in time misses a pass
    const pieces = passes.filter(({ positions }) => positions.includes(0));
    expect(pieces.length).toBeGreaterThanOrEqual(Math.floor(2048 / 64) - 1); // 63 beside a token of the stream, or 64 alone
    const read = passes.flatMap(({ fresh }) => fresh).reduce((sum, each) => sum + each, 0);
    expect(read).toBe(3 + 59 + 2048 + 4); // nothing twice
    expect(held()).toBe(0);
  });

  test('is not cut where nobody says so, and where it fits', async () => {
    for (const chunk of [undefined, 2048]) {
      const { model, passes } = counting();
      await tell(shared(model, 32, chunk), ids(2048), 1);
      expect(passes).toEqual([{ fresh: [2048], positions: [1] }]);
    }
  });

  test.each([1, 2, 3])('starves nobody, and is not starved, among more rows than a pass has (width %i)', async (width) => {
    const alone = await Promise.all([3, 4, 5, 40, 6, 50].map((length) => tell(counting().model, ids(length), 30)));
    const { model, passes, held } = counting();
    const all = shared(model, width, 4);
    const ends: number[] = [];
    const told = await Promise.all(
      [3, 4, 5, 40, 6, 50].map(async (length) => {
        const mine = await tell(all, ids(length), 30);
        ends.push(length);
        return mine;
      }),
    );
    expect(told).toEqual(alone);
    expect(Math.max(...passes.map(({ fresh }) => fresh.length))).toBe(width);
    expect(ends.slice(0, 4).sort()).toEqual([3, 4, 5, 6]); // those that have less to read are not kept behind
    expect(held()).toBe(0);
  });

  test('never cuts what is predicted after, and what is not to be predicted is read all the same', async () => {
    const { model, passes } = counting();
    const both = shared(model, 8, 4);
    const all = await Promise.all([
      both.forward(readingOf(ids(9), 9)),
      both.forward(readingOf(ids(9), 3)),
      both.forward(readingOf(ids(9), 0)),
    ]);
    expect(all.map(({ prediction }) => prediction.counts)).toEqual([[9], [3], [0]]);
    const after = passes.flatMap(({ fresh, positions }) =>
      positions.map((count, i) => [fresh[i], count]).filter(([, count]) => count! > 0),
    );
    expect(after).toEqual([
      [9, 9],
      [3, 3],
    ]); // six of nine were read in pieces before
    expect(passes.flatMap(({ fresh }) => fresh).reduce((sum, each) => sum + each, 0)).toBe(27);
  });

  test('left in the middle, or failing there, it leaves nothing open', async () => {
    const { model, passes, held } = counting();
    const leaving = new AbortController();
    const reading = shared(model, 8, 4).forward(readingOf(ids(40), 1, leaving.signal));
    const heard = expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    while (passes.length < 3) await new Promise(setImmediate);
    leaving.abort();
    await heard;
    expect([passes.length, held()]).toEqual([3, 0]);
    let calls = 0;
    const failing = shared(
      { ...model, forward: (asked) => (++calls > 3 ? Promise.reject(new Error('of its own')) : model.forward(asked)) },
      8,
      4,
    );
    await expect(failing.forward(readingOf(ids(40), 1))).rejects.toThrow('of its own');
    expect(held()).toBe(0);
  });
});

describe('what goes wrong with an answer', () => {
  test('is told to whom it belongs, and the next who ask are served', async () => {
    const { model } = counting();
    const releasing = shared(
      {
        ...model,
        release: () => {
          throw new Error('it does not let go');
        },
      },
      8,
      4,
    );
    const [one, other] = await Promise.allSettled([
      releasing.forward(readingOf(ids(12), 1)), // read in pieces, each of which lets the one before go
      releasing.forward(readingOf(ids(2), 1)),
    ]);
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'it does not let go' } });
    expect(other.status).toBe('fulfilled');
    expect((await releasing.forward(readingOf(ids(2), 1))).prediction.counts).toEqual([1]);
  });

  test('of another shape than promised, it is refused for each, and nobody waits for ever', async () => {
    const backend = tableBackend(table);
    const plain = assemble({
      ...backend,
      decoder: {
        decode: async (...asked) => {
          const prediction = await backend.decoder.decode(...asked);
          const logits = prediction.kind === 'categorical' && 'data' in prediction.logits ? prediction.logits : undefined;
          return { ...prediction, logits: { ...logits, data: [...logits!.data] } } as never;
        },
      },
    });
    const all = shared(plain, 8, 4);
    const answers = await Promise.allSettled([1, 2, 3].map(() => all.forward(readingOf(ids(2), 1))));
    for (const one of answers)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'WRONG_SHAPE', message: expect.stringContaining('Float32Array') } });
    expect(backend.held()).toBe(0);
  });
});

describe('prices', () => {
  test('of several who ask are one pass, each as alone', async () => {
    const rows = [9, 5, 7].map((length) => ({ tokens: ids(length) }));
    const { model, prices, passes, held } = counting({ price: true });
    const alone = await Promise.all(rows.map(async (row) => (await score(counting({ price: true }).model, [row]))[0]));
    const all = shared(model, 32, 2048);
    const together = await Promise.all(rows.map(async (row) => (await score(all, [row]))[0]));
    expect(together).toEqual(alone);
    expect(prices).toEqual([[8, 4, 6]]);
    expect(passes).toEqual([]);
    expect(held()).toBe(0);
  });

  test('and streams take turns, and a width or a chunk bounds them too', async () => {
    const { model, prices, held } = counting({ price: true });
    const all = shared(model, 2, 12);
    const stream = tell(all, ids(5), 20);
    const scores = await Promise.all([9, 5, 7, 4].map((length) => score(all, [{ tokens: ids(length) }])));
    expect(scores.map(([one]) => one!.nats.length)).toEqual([8, 4, 6, 3]);
    expect(prices).toEqual([
      [8, 4],
      [6, 3],
    ]);
    expect(await stream).toEqual(await tell(counting().model, ids(5), 20));
    expect(held()).toBe(0);
  });
});
