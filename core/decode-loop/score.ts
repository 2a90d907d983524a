import { logisticPrice } from '../data/logistic.ts';
import { logitsAt, type Prediction, vocabularyOf } from '../data/prediction.ts';
import { createRandom, type Random } from '../data/random.ts';
import type { Batch, Row, Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Model } from '../stages/model.ts';
import { drop } from './release.ts';

/** What a row costs: `nats[i]` is the price of `tokens[i + 1]` (of a `whole` row: of `tokens[i]`); `cost` what the row costs beyond them. */
export interface Score {
  readonly nats: Float64Array;
  readonly cost: number;
}

/** How rows are read. */
export interface Scoring {
  readonly signal?: AbortSignal;
  /** With a context limit: how far each window moves on; absent: half the context. Every token but those of the first window has at least `context − stride` before it. */
  readonly stride?: number;
  /** The luck of a backend that draws while it scores: every row has the same, whatever stands beside it. */
  readonly seed?: number;
  /** `whole`: the backend prices the row itself; nothing is cut into pieces. */
  readonly extent?: Prediction['extent'];
  /** At most so many rows a pass. */
  readonly width?: number;
  /** At most so many tokens a pass, but for a row that cannot be cut. */
  readonly chunk?: number;
}

/** A pass reads at most so many tokens, since each of them is predicted after: that is what it takes memory for. */
const PASS = 1024;

/** The same of whole rows, which have no past to look at. */
const WHOLE = 8192;

/** What is read of a row in one pass; `at` is where the prices of its targets stand. */
interface Part {
  readonly at: number;
  readonly inputIds: Tokens;
  readonly targets: Tokens;
}

/** A row on its way: what is read of it now, and what it remembers of what was read before. */
interface Walk {
  readonly row: Row;
  readonly random: Random;
  readonly parts: Iterator<Part, void>;
  readonly score: { readonly nats: Float64Array; cost: number };
  /** Whether a part goes on from the one before. */
  readonly carries: boolean;
  part: Part;
  memory: unknown;
}

/** Prices rows by teacher forcing through the model's own stages, many a pass; what a row costs does not depend on its neighbours. */
export const score = async (
  model: Model,
  rows: Batch<Row>,
  { signal = NEVER, stride, seed = 0, extent = 'next', width = 32, chunk = PASS }: Scoring = {},
): Promise<Score[]> => {
  const whole = extent === 'whole';
  const most = Math.min(chunk, whole ? WHOLE : PASS);
  const begun = rows.map((row) => begin(row, { whole, context: model.context, stride, most, random: createRandom(seed) }));
  const waiting = begun.filter((walk) => walk.part !== undefined).sort((a, b) => b.part.inputIds.length - a.part.inputIds.length);

  /** Prices of one pass, and what its rows remember then. */
  const read = async (walks: readonly Walk[]): Promise<Batch<unknown>> => {
    const asked = {
      inputIds: walks.map(({ part }) => part.inputIds),
      memory: walks.map(({ memory }) => memory),
      random: walks.map(({ random }) => random),
      given: walks.map(({ row }) => row.given),
      task: walks.map(() => undefined),
      signal,
    };
    const targets = walks.map(({ part }) => part.targets);
    if (model.price && !whole) {
      const { nats, memory } = await model.price({ ...asked, targets });
      for (const [i, { score, part }] of walks.entries()) score.nats.set(nats[i]!, part.at);
      return memory;
    }
    const { prediction, memory } = await model.forward({ ...asked, positions: targets.map(({ length }) => length) });
    try {
      let first = 0;
      for (const [i, { score, part }] of walks.entries()) {
        score.nats.set(pricesOf(prediction, first, part.targets), part.at);
        if (whole) score.cost = prediction.cost?.[i] ?? 0;
        first += prediction.counts[i]!;
      }
    } catch (error) {
      drop(model, memory, asked.memory);
      throw error;
    }
    return memory;
  };

  try {
    while (waiting.length > 0) {
      signal.throwIfAborted();
      const count = fitting(waiting, width, most);
      const walks = waiting.slice(0, count);
      const before = walks.map(({ memory }) => memory);
      const after = await read(walks);
      const ahead = walks.map((walk) => walk.parts.next().value);
      const kept = after.map((memory, i) => (ahead[i] && walks[i]!.carries ? memory : undefined));
      drop(model, [...before, ...after], kept);
      for (const [i, walk] of walks.entries()) {
        walk.memory = kept[i];
        walk.part = ahead[i] ?? walk.part;
      }
      waiting.splice(0, count, ...walks.filter((_, i) => ahead[i])); // they go on first, so that few are remembered at a time
    }
  } finally {
    drop(
      model,
      waiting.map(({ memory }) => memory),
    );
  }
  return begun.map(({ score }) => score);
};

/** How many of the rows that wait are read in one pass: at least one. */
const fitting = (waiting: readonly Walk[], width: number, most: number): number => {
  let tokens = 0;
  let count = 0;
  for (const { part } of waiting) {
    tokens += part.inputIds.length;
    if (count > 0 && (count >= width || tokens > most)) break;
    count++;
  }
  return count;
};

/** How a row is gone through. */
interface Going {
  readonly whole: boolean;
  readonly context: number | undefined;
  readonly stride: number | undefined;
  readonly most: number;
  readonly random: Random;
}

const begin = (row: Row, { whole, context, stride, most, random }: Going): Walk => {
  const { tokens } = row;
  const length = whole ? tokens.length : Math.max(0, tokens.length - 1);
  const windows = !whole && context !== undefined && length > context;
  const parts = whole
    ? [{ at: 0, inputIds: tokens, targets: tokens }][Symbol.iterator]()
    : windows
      ? windowsOf(tokens, context, Math.max(1, Math.min(stride ?? Math.ceil(context / 2), context)))
      : piecesOf(tokens, most);
  const score = { nats: new Float64Array(length), cost: 0 };
  return { row, random, parts, score, carries: !whole && !windows, part: parts.next().value as Part, memory: undefined };
};

/** A row in pieces that go on from each other. */
function* piecesOf(tokens: Tokens, size: number): Generator<Part, void> {
  for (let at = 0; at < tokens.length - 1; at += size) {
    const targets = tokens.subarray(at + 1, at + 1 + size);
    yield { at, inputIds: tokens.subarray(at, at + targets.length), targets };
  }
}

/** A row beyond the context in windows, each read anew; those after the first price their last `step` targets. */
function* windowsOf(tokens: Tokens, context: number, step: number): Generator<Part, void> {
  for (let done = 0; done < tokens.length - 1; ) {
    const end = Math.min(tokens.length - 1, done === 0 ? context : done + step); // targets tokens[done + 1 … end]
    yield { at: done, inputIds: tokens.subarray(Math.max(0, end - context), end), targets: tokens.subarray(done + 1, end + 1) };
    done = end;
  }
}

const NEVER = new AbortController().signal;

/** What each target costs at the positions from `first` on, in nats. */
export const pricesOf = (prediction: Prediction, first: number, targets: Tokens): Float64Array => {
  switch (prediction.kind) {
    case 'categorical': {
      const { logits } = prediction;
      const into = new Float32Array(vocabularyOf(logits));
      return Float64Array.from(targets, (target, i) => {
        const row = logitsAt(logits, first + i, into);
        return priceOf(row, target);
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

/** What one of some logits costs; the highest goes before the logarithm of the sum, which huge logits would swallow. */
const priceOf = (row: Float32Array, target: number): number => {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of row) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of row) sum += Math.exp(logit - highest);
  return highest - row[target]! + Math.log(sum);
};
