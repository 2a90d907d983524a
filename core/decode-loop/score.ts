import { logisticPrice } from '../data/logistic.ts';
import { logitsAt, type Prediction, vocabularyOf } from '../data/prediction.ts';
import { createRandom } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Model } from '../stages/model.ts';
import { drop } from './release.ts';

/** What a row costs: `nats[i]` is the price of `tokens[i + 1]` (of a `whole` row: of `tokens[i]`); `cost` what the row costs beyond them. */
export interface Score {
  readonly nats: Float64Array;
  readonly cost: number;
}

/** How a long row is read. */
export interface Scoring {
  readonly signal?: AbortSignal;
  /** With a context limit: how far each window moves on; absent: half the context. Every token but those of the first window has at least `context − stride` before it. */
  readonly stride?: number;
  /** The luck of a backend that draws while it scores. */
  readonly seed?: number;
  /** `whole`: the backend prices the row itself; nothing is cut into pieces. */
  readonly extent?: Prediction['extent'];
}

/** Without a context limit, a row is read in pieces of so many tokens, its memory carried on. */
const PIECE = 1024;

/** Prices rows by teacher forcing through the model's own stages. */
export const score = async (
  model: Model,
  rows: Batch<Row>,
  { signal = NEVER, stride, seed = 0, extent = 'next' }: Scoring = {},
): Promise<Score[]> => {
  const random = createRandom(seed);
  const run = (row: Row) => ({ random: [random], given: [row.given], task: [undefined], signal });

  const price = async (row: Row, fresh: Tokens, targets: Tokens, memory: unknown): Promise<{ nats: Float64Array; memory: unknown }> => {
    signal.throwIfAborted();
    if (model.price) {
      const priced = await model.price({ ...run(row), fresh: [fresh], memory: [memory], targets: [targets] });
      return { nats: priced.nats[0]!, memory: priced.memory[0] };
    }
    const read = await model.read({ ...run(row), fresh: [fresh], memory: [memory], positions: [targets.length] });
    return { nats: pricesOf(read.prediction, 0, targets), memory: read.memory[0] };
  };

  const whole = async (row: Row): Promise<Score> => {
    signal.throwIfAborted();
    const { prediction, memory } = await model.read({
      ...run(row),
      fresh: [row.tokens],
      memory: [undefined],
      positions: [row.tokens.length],
    });
    drop(model, memory);
    return { nats: pricesOf(prediction, 0, row.tokens), cost: prediction.cost?.[0] ?? 0 };
  };

  const pieces = async (row: Row): Promise<Score> => {
    const { tokens } = row;
    const nats = new Float64Array(Math.max(0, tokens.length - 1));
    let memory: unknown;
    try {
      for (let at = 0; at < nats.length; at += PIECE) {
        const targets = tokens.subarray(at + 1, at + 1 + PIECE);
        const priced = await price(row, tokens.subarray(at, at + targets.length), targets, memory);
        drop(model, [memory], [priced.memory]);
        memory = priced.memory;
        nats.set(priced.nats, at);
      }
    } finally {
      drop(model, [memory]);
    }
    return { nats, cost: 0 };
  };

  const windows = async (row: Row, context: number): Promise<Score> => {
    const { tokens } = row;
    const nats = new Float64Array(Math.max(0, tokens.length - 1));
    const step = Math.max(1, Math.min(stride ?? Math.ceil(context / 2), context));
    for (let done = 0; done < nats.length; ) {
      const end = Math.min(nats.length, done === 0 ? context : done + step); // targets tokens[done + 1 … end]
      const priced = await price(row, tokens.subarray(Math.max(0, end - context), end), tokens.subarray(done + 1, end + 1), undefined);
      drop(model, [priced.memory]);
      nats.set(priced.nats, done);
      done = end;
    }
    return { nats, cost: 0 };
  };

  const scores: Score[] = [];
  for (const row of rows) {
    if (extent === 'whole') scores.push(await whole(row));
    else if (model.context !== undefined && row.tokens.length - 1 > model.context) scores.push(await windows(row, model.context));
    else scores.push(await pieces(row));
  }
  return scores;
};

const NEVER = new AbortController().signal;

/** What each target costs at the positions from `first` on, in nats. */
export const pricesOf = (prediction: Prediction, first: number, targets: Tokens): Float64Array => {
  switch (prediction.kind) {
    case 'categorical': {
      const { logits } = prediction;
      const into = new Float32Array(vocabularyOf(logits));
      return Float64Array.from(targets, (target, i) => {
        const row = logitsAt(logits, first + i, into);
        return logSumExp(row) - row[target]!;
      });
    }
    case 'logistic':
      return Float64Array.from(targets, (target, i) =>
        logisticPrice(target, prediction.mean.data[first + i]!, prediction.logScale.data[first + i]!, prediction.levels),
      );
    case 'point':
      throw errors.NO_LIKELIHOOD('the backend');
  }
};

const logSumExp = (row: Float32Array): number => {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of row) if (logit > highest) highest = logit;
  if (highest === Number.NEGATIVE_INFINITY) return highest;
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
};
