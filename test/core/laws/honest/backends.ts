import fc from 'fast-check';
import { type Attention, type Batch, type Decoder, type Encoder, logitsAt, type Prediction, type Tokens } from '../../../../core/index.ts';
import {
  type BackendSubject,
  backendSubject,
  dense,
  randomTable,
  scripted,
  type TableHidden,
  type TableMemory,
  type TableOptions,
  tableBackend,
  type WholeOptions,
  wholeBackend,
} from '../../../../core/laws/index.ts';

/** The three stages of the table, as their own types. */
export interface TableStages {
  readonly encoder: Encoder<TableHidden>;
  readonly attention: Attention<TableHidden, TableMemory>;
  readonly decoder: Decoder<TableHidden>;
}

/** A table of four ids and order two, some of whose stages a mutant replaces. */
export const tableOf = (
  change: (stages: TableStages) => Partial<TableStages> = () => ({}),
  { vocabulary = 4, capabilities, ...options }: TableOptions & Partial<BackendSubject> = {},
): BackendSubject => {
  const backend = tableBackend(randomTable(4, 2), options);
  const stages = backend as unknown as TableStages;
  const { sampler, loop } = options;
  return backendSubject({
    stages: { ...backend, ...(change(stages) as object) },
    vocabulary,
    capabilities: { ...backend.capabilities, ...capabilities },
    ...(sampler && { sampler }),
    ...(loop && { loop }),
  });
};

/** A whole-row backend, some of whose stages a mutant replaces. */
export const wholeOf = (options: WholeOptions, change: (decoder: Decoder) => Partial<Decoder> = () => ({})): BackendSubject => {
  const backend = wholeBackend(options);
  return backendSubject({
    stages: { ...backend, decoder: { ...backend.decoder, ...change(backend.decoder) } },
    vocabulary: backend.vocabulary,
    capabilities: backend.capabilities,
  });
};

/** Logits of every position as rows of numbers. */
export const rowsOf = (prediction: Prediction): number[][] => {
  if (prediction.kind !== 'categorical') return [];
  const { logits } = prediction;
  const positions = prediction.counts.reduce((sum, count) => sum + count, 0);
  return Array.from({ length: positions }, (_, at) => Array.from(logitsAt(logits, at)));
};

/** The same prediction with other logits. */
export const withRows = (prediction: Prediction, rows: number[][]): Prediction => ({
  kind: 'categorical',
  extent: prediction.extent,
  counts: prediction.counts,
  logits: { ...dense(rows), dims: [rows.length, rows[0]?.length ?? 4] },
});

/** A backend that is conditioned: what a row is given is read before it. */
export const givenOf = (
  which: (given: Batch<Tokens | undefined>, row: number) => Tokens | undefined = (given, row) => given[row],
): BackendSubject =>
  tableOf(
    ({ attention, encoder }) => ({
      encoder: {
        encode: (fresh, run) => encoder.encode(fresh, run),
      },
      attention: {
        ...attention,
        attend: ({ rows }, memory, run) =>
          attention.attend(
            { rows: rows.map((row, i) => (memory[i] ? row : Int32Array.from([...(which(run.given, i) ?? []), ...row]))) },
            memory,
            run,
          ),
      },
    }),
    { capabilities: { extras: ['given'] } },
  );

/** A backend whose numbers depend on its neighbours in the seventh place, as those of batched matrix products do. */
const roundingOf = (): BackendSubject =>
  tableOf(
    ({ decoder }) => ({
      decoder: {
        async decode(hidden, positions, run) {
          const prediction = await decoder.decode(hidden, positions, run);
          return withRows(
            prediction,
            rowsOf(prediction).map((row) => row.map((x) => x * (1 + 1e-6 * positions.length))),
          );
        },
      },
    }),
    { context: 5, capabilities: { agreement: 'tolerance' } },
  );

/** A backend whose every call is answered by a thread, some turns of the event loop later. */
const distantOf = (): BackendSubject => {
  const { stages, ...rest } = tableOf(undefined, { rewind: false });
  return { ...rest, stages: scripted(stages, { latency: { encode: 0, attend: 0, decode: 0 } }) };
};

/** A backend that reads rows of four tokens, or none, and draws what is hidden from the request's own luck, as a VAE does. */
const hiddenOf = (kind: 'categorical' | 'logistic' = 'categorical'): BackendSubject => {
  const { stages, ...rest } = wholeOf({ kind }, (decoder) => ({
    decode(hidden, positions, run) {
      const { rows } = hidden as { rows: Batch<Tokens> };
      for (const row of rows) if (row.length !== 4 && row.length !== 0) throw new Error(`${row.length} tokens`);
      const latent = run.random.map((random) => Math.floor(random() * 4));
      return decoder.decode({ ...(hidden as object), rows: rows.map((row, i) => row.map((id) => (id + latent[i]!) % 4)) }, positions, run);
    },
  }));
  const tokens = fc.oneof(fc.constant(new Int32Array(0)), fc.int32Array({ min: 0, max: 3, minLength: 4, maxLength: 4 }));
  return { ...rest, stages, row: fc.record({ tokens }) };
};

/** Backends that are right, each of another make. */
export const honestBackends: readonly BackendSubject[] = [
  tableOf(),
  roundingOf(),
  distantOf(),
  hiddenOf(),
  hiddenOf('logistic'),
  tableOf(undefined, { sparse: true, price: true, context: 12, rewind: false }),
  givenOf(),
  wholeOf({ rounds: 3 }),
  wholeOf({ kind: 'logistic' }),
  wholeOf({ kind: 'point' }),
];
