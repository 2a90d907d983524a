import { append, createRandom, EMPTY, type Prediction, type SparseLogits, type Tokens } from '../../../../core/index.ts';
import { type BackendSubject, randomTable, type TableMemory, type TableOptions, weightsAfter } from '../../../../core/laws/index.ts';
import { givenOf, rowsOf, type TableStages, tableOf, wholeOf, withRows } from '../honest/backends.ts';

const model = randomTable(4, 2);

/** A table whose attention a mutant replaces in part. */
const attention =
  (change: (attention: TableStages['attention']) => Partial<TableStages['attention']>, options?: TableOptions) => (): BackendSubject =>
    tableOf(({ attention }) => ({ attention: { ...attention, ...change(attention) } }), options);

/** A table whose logits a mutant turns into others. */
const logits =
  (change: (rows: number[][]) => number[][], capabilities: BackendSubject['capabilities'] = {}) =>
  (): BackendSubject =>
    tableOf(({ decoder }) => ({ decoder: { ...decoder, decode: async (...asked) => onRows(await decoder.decode(...asked), change) } }), {
      capabilities,
    });

const onRows = (prediction: Prediction, change: (rows: number[][]) => number[][]): Prediction =>
  withRows(prediction, change(rowsOf(prediction)));

/** A table that predicts after other tokens than it should. */
const predictsAfter = (place: (length: number, positions: number, at: number) => number) => (): BackendSubject =>
  tableOf(() => ({
    decoder: {
      decode({ rows }, positions): Prediction {
        const all = rows.flatMap((row, i) =>
          Array.from({ length: positions[i]! }, (_, at) => weightsAfter(model, row, place(row.length, positions[i]!, at)).map(Math.log)),
        );
        return withRows(
          { kind: 'categorical', extent: 'next', counts: [...positions], logits: { dims: [], data: new Float32Array() } },
          all,
        );
      },
    },
  }));

/** A table that prices in its own way; `last`: how many weights its sum takes. */
const prices =
  (price: (weights: readonly number[], target: number) => number, shift = 0) =>
  (): BackendSubject =>
    tableOf(
      ({ decoder }) => ({
        decoder: {
          ...decoder,
          price: ({ rows }, targets) =>
            targets.map((wanted, i) =>
              Float64Array.from(wanted, (target, at) =>
                price(weightsAfter(model, rows[i]!, rows[i]!.length - wanted.length + 1 + at - (at > 0 ? shift : 0)), target),
              ),
            ),
        },
      }),
      { price: true },
    );

const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);

const inPlace = attention((attention) => ({
  attend({ rows }, memory, run) {
    const result = attention.attend({ rows }, memory, run) as { hidden: { rows: Tokens[] }; memory: TableMemory[] };
    memory.forEach((one, i) => {
      if (one) Object.assign(one, { tokens: result.hidden.rows[i] });
    });
    return result;
  },
}));

/** A backend that mixes two rows' memories: the whole batch goes on from the first. */
export const mixesMemories = attention((attention) => ({
  attend: (hidden, memory, run) =>
    attention.attend(
      hidden,
      memory.map(() => memory[0]),
      run,
    ),
}));

/** A broken backend for each law of its stages. */
export const backends: Readonly<Record<string, () => BackendSubject>> = {
  'encode/tokens-untouched': () =>
    tableOf(({ encoder }) => ({
      encoder: {
        encode(fresh, run) {
          const copies = fresh.map((row) => row.slice());
          for (const row of fresh) row.fill(0);
          return encoder.encode(copies, run);
        },
      },
    })),
  'encode/full-context': attention(
    (attention) => ({
      attend(hidden, memory, run) {
        if (hidden.rows.some((row, i) => row.length + (memory[i]?.tokens.length ?? 0) >= 12)) throw new Error('positions run out');
        return attention.attend(hidden, memory, run);
      },
    }),
    { context: 12 },
  ),
  'attend/alone-or-batched': attention((attention) => ({
    attend({ rows }, memory, run) {
      const longest = Math.max(...rows.map((row) => row.length));
      const padded = rows.map((row) => Int32Array.from([...new Array(longest - row.length).fill(0), ...row]));
      return attention.attend({ rows: padded }, memory, run);
    },
  })),
  'attend/joining-a-batch': mixesMemories,
  'attend/at-once': () => {
    let rows: readonly Tokens[] = [];
    return tableOf(({ attention }) => ({
      encoder: {
        encode(fresh) {
          rows = fresh;
          return { rows };
        },
      },
      attention: {
        ...attention,
        async attend(_hidden, memory, run) {
          await new Promise(setImmediate);
          return attention.attend({ rows: memory.map((_, i) => rows[i] ?? EMPTY) }, memory, run);
        },
      },
    }));
  },
  'attend/given-is-its-own': () => givenOf((given) => given[0]),
  'attend/in-pieces': attention((attention) => ({
    async attend(hidden, memory, run) {
      const result = await attention.attend(hidden, memory, run);
      for (const one of result.memory) Object.assign(one as object, { tokens: EMPTY });
      return result;
    },
  })),
  'attend/no-future': predictsAfter((length, positions, at) => Math.min(length, length - positions + 2 + at)),
  'attend/reading-nothing': attention((attention) => ({
    attend: (hidden, memory, run) =>
      attention.attend(
        hidden,
        memory.map((one, i) => (hidden.rows[i]!.length > 0 ? one : undefined)),
        run,
      ),
  })),
  'attend/refusal-leaves-memory': attention((attention) => ({
    async attend(hidden, memory, run) {
      await new Promise(setImmediate);
      if (!run.signal.aborted) return attention.attend(hidden, memory, run);
      for (const one of memory) if (one) attention.release!(one);
      throw run.signal.reason;
    },
  })),
  'attend/memory-is-a-value': inPlace,
  'generate/prompt-read-once': inPlace,
  'attend/repeated-in-a-batch': attention((attention) => ({
    async attend(hidden, memory, run) {
      const result = await attention.attend(hidden, memory, run);
      const next = new Map(memory.map((one, i) => [one, result.memory[i]]));
      return { ...result, memory: result.memory.map((one, i) => (memory[i] ? next.get(memory[i]) : one)) };
    },
  })),
  'attend/release-is-local': attention((attention) => {
    const before = new Map<TableMemory, TableMemory | undefined>();
    return {
      async attend(hidden, memory, run) {
        const result = await attention.attend(hidden, memory, run);
        for (const [i, one] of result.memory.entries()) before.set(one!, memory[i]);
        return result;
      },
      release(memory) {
        attention.release!(memory);
        const parent = before.get(memory);
        if (parent) Object.assign(parent, { tokens: EMPTY });
        for (const [child, its] of before) if (its === memory) Object.assign(child, { tokens: EMPTY });
      },
    };
  }),
  'attend/rewind': attention((attention) => ({
    rewind: (memory, tokens) => attention.rewind!(memory, Math.min(memory.tokens.length, tokens + 1)),
  })),
  'attend/rewind-leaves-memory': attention((attention) => ({
    rewind(memory, tokens) {
      const rewound = attention.rewind!(memory, tokens);
      Object.assign(memory, { tokens: rewound.tokens });
      return rewound;
    },
  })),
  'attend/released-once': attention((attention) => ({
    async attend(hidden, memory, run) {
      const known = new Map<string, TableMemory>();
      const result = await attention.attend(hidden, memory, run);
      return {
        ...result,
        memory: result.memory.map((one) => {
          const same = known.get(one!.tokens.join()) ?? one!;
          known.set(one!.tokens.join(), same);
          return same;
        }),
      };
    },
  })),
  'decode/shaped': logits((rows) => rows.map((row) => [...row, 0])),
  'decode/finite': logits((rows) => rows.map((row) => row.map((x) => (x === Number.NEGATIVE_INFINITY ? 0 * x : x)))),
  'decode/as-declared': logits((rows) => rows, { predictions: [{ kind: 'categorical', extent: 'whole' }] }),
  'decode/sparse-well-formed': () =>
    tableOf(
      ({ decoder }) => ({
        decoder: {
          ...decoder,
          async decode(...asked) {
            const prediction = (await decoder.decode(...asked)) as Prediction & { kind: 'categorical' };
            const { ids } = prediction.logits as SparseLogits;
            return { ...prediction, logits: { ...(prediction.logits as SparseLogits), ids: ids.map((id) => Math.min(id, 2)) } };
          },
        },
      }),
      { sparse: true },
    ),
  'decode/points-in-vocabulary': () =>
    wholeOf({ kind: 'point' }, ({ decode }) => ({
      async decode(hidden, positions, run) {
        const prediction = (await decode(hidden, positions, run)) as Prediction & { kind: 'point' };
        return { ...prediction, rows: prediction.rows.map((row, i) => row.map(() => Math.round(run.random[i]!() * 4))) };
      },
    })),
  'decode/repeatable': () => {
    const noise = createRandom(1);
    return logits((rows) => rows.map((row) => row.map((x) => x + noise())))();
  },
  'decode/kept-by-its-reader': () => {
    const data = new Float32Array(4096);
    return tableOf(({ decoder }) => ({
      decoder: {
        ...decoder,
        async decode(...asked) {
          const prediction = (await decoder.decode(...asked)) as Prediction & { kind: 'categorical' };
          const rows = rowsOf(prediction).flat();
          data.set(rows);
          return { ...prediction, logits: { dims: [rows.length / 4, 4], data: data.subarray(0, rows.length) } };
        },
      },
    }));
  },
  'decode/last-positions': predictsAfter((_length, _positions, at) => at + 1),
  'decode/nothing-wanted': () =>
    tableOf(({ decoder, attention }) => {
      let unread: TableMemory[] = [];
      return {
        attention: {
          ...attention,
          async attend(hidden, memory, run) {
            const result = await attention.attend(hidden, memory, run);
            unread = result.memory.map((one) => one!);
            return result;
          },
        },
        decoder: {
          ...decoder,
          decode(hidden, positions, run) {
            positions.forEach((count, i) => {
              if (count === 0) Object.assign(unread[i]!, { tokens: append(unread[i]!.tokens, 1, EMPTY) });
            });
            return decoder.decode(hidden, positions, run);
          },
        },
      };
    }),
  'decode/rounds-end': () =>
    wholeOf({ rounds: 3 }, ({ decode }) => ({
      decode: async (hidden, positions, run) => ({ ...(await decode(hidden, positions, run)), left: positions.map(() => 2) }),
    })),
  'decode/price-agrees': prices((weights, target) => Math.log2(sum(weights)) - Math.log2(weights[target]!)),
  'decode/price-sums-to-one': prices((weights, target) => Math.log(sum(weights.slice(0, -1)) || 1) - Math.log(weights[target]!)),
  'decode/scored-as-predicted': prices((weights, target) => Math.log(sum(weights)) - Math.log(weights[target]!), 1),
  'decode/scored-alone-or-together': () =>
    tableOf(
      ({ decoder }) => ({
        decoder: {
          ...decoder,
          async price(hidden, targets, run) {
            const nats = await decoder.price!(hidden, targets, run);
            return nats.map((row) => (row === nats[0] ? row : row.map((price) => price * (1 + nats.length / 64))));
          },
        },
      }),
      { price: true },
    ),
};
