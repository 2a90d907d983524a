import type { Row } from '../data/tokens.ts';
import { conditioned, toRow } from '../dataset/corpus.ts';
import { type Scoring, score } from '../decode-loop/score.ts';
import { errors, StagewrightError } from '../errors.ts';
import { show } from '../settings/wording.ts';
import type { Evaluator, Item, Measures } from '../stages/evaluate.ts';
import type { Model } from '../stages/model.ts';
import type { RawItem } from '../stages/read.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import type { Sample } from './samples.ts';

/** An evaluator with its name and the kinds of items it reads. */
export interface NamedEvaluator {
  readonly name: string;
  readonly evaluator: Evaluator<unknown>;
  readonly items: readonly Item['kind'][];
}

/** Measures by the name of their evaluator. */
export type Evaluation = Readonly<Record<string, Measures>>;

/** Where items of each kind come from; each is read once, and only if somebody asks. */
export interface ItemSources {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly scoring: Scoring;
  /** At most so many held-out rows. */
  readonly rows: number;
  readonly train: () => AsyncIterable<RawItem>;
  readonly valid: () => AsyncIterable<RawItem>;
  readonly generated: () => AsyncIterable<Sample>;
  /** Hears of evaluators that samples are missing to, since none can begin, and of measures that are no number. */
  readonly warn: (error: StagewrightError) => void;
  readonly signal: AbortSignal;
}

/** Feeds evaluators what they read and takes their reports. One that got nothing reports nothing; where no sample can begin, those that read some are left out. Throws NOTHING_BEGINS where no other is there. */
export const evaluate = async (evaluators: readonly NamedEvaluator[], sources: ItemSources): Promise<Evaluation> => {
  const tallies = new Map<string, unknown>();
  const feed = async (item: Item): Promise<void> => {
    for (const { name, evaluator, items } of evaluators) {
      if (!items.includes(item.kind)) continue;
      tallies.set(name, await evaluator.evaluate(item, tallies.get(name)));
    }
  };
  const asked = (kind: Item['kind']): boolean => evaluators.some(({ items }) => items.includes(kind));

  for await (const item of heldOut(sources, asked('scored'), asked('real'))) await feed(item);
  if (asked('training'))
    for await (const raw of pacing(sources.train(), sources.signal))
      await feed({ kind: 'training', row: bare(sources.tokenizer, raw), raw: raw.raw });
  try {
    if (asked('generated')) for await (const { row, raw } of sources.generated()) await feed({ kind: 'generated', row, raw });
  } catch (error) {
    if (!(error instanceof StagewrightError) || error.code !== 'EMPTY_PROMPT') throw error;
    const idle = evaluators.filter(({ items }) => items.includes('generated')).map(({ name }) => name);
    for (const name of idle) tallies.delete(name);
    const unbegun = errors.NOTHING_BEGINS(idle).because(error);
    if (tallies.size === 0) throw unbegun;
    sources.warn(unbegun);
  }

  const report: Record<string, Measures> = {};
  for (const { name, evaluator } of evaluators)
    if (tallies.has(name)) report[name] = checked(await evaluator.report(tallies.get(name)), name, sources.warn);
  return report;
};

/** A report, where it is named numbers; of what is not a number, as a training that went astray gives, a warning says so. Throws WRONG_SHAPE. */
const checked = (measures: Measures, name: string, warn: ItemSources['warn']): Measures => {
  const plain = Object.prototype.toString.call(measures) === '[object Object]';
  if (!plain) throw errors.WRONG_SHAPE('report', name, `${show(measures)}, where measures by their names are due`);
  for (const [measure, value] of Object.entries(measures)) {
    if (typeof value !== 'number') throw errors.WRONG_SHAPE('report', name, `its "${measure}" is ${show(value)}, and must be a number`);
    if (Number.isNaN(value)) warn(errors.MEASURE_NAN(name, measure));
  }
  return measures;
};

async function* heldOut(
  { model, tokenizer, scoring, rows, valid, signal }: ItemSources,
  scored: boolean,
  real: boolean,
): AsyncGenerator<Item> {
  if (!scored && !real) return;
  let count = 0;
  let tokens = 0;
  let batch: { readonly item: RawItem; readonly row: Row }[] = [];
  const realOf = (item: RawItem): Item => ({ kind: 'real', row: bare(tokenizer, item), raw: item.raw });
  async function* priced(): AsyncGenerator<Item> {
    const prices = await score(
      model,
      batch.map(({ row }) => row),
      { ...scoring, signal },
    );
    for (const [i, { item, row }] of batch.entries()) {
      if (real) yield realOf(item);
      yield { kind: 'scored', row, raw: item.raw, ...prices[i]! };
    }
    batch = [];
    tokens = 0;
  }
  for await (const item of pacing(valid(), signal)) {
    if (count++ === rows) break;
    if (!scored) {
      yield realOf(item);
      continue;
    }
    const row = toRow(tokenizer, item);
    tokens += row.tokens.length;
    batch.push({ item, row });
    if (batch.length >= BATCH || tokens >= TOKENS) yield* priced();
  }
  if (batch.length > 0) yield* priced();
}

/** Held-out rows are priced so many at a time, or fewer where they have so many tokens: enough to find some of like length, few enough to hold. */
const BATCH = 256;
const TOKENS = 16_384;

/** A row without start and stop, as generated ones come. */
const bare = (tokenizer: Tokenizer, { raw, given }: RawItem): Row => conditioned(tokenizer, tokenizer.tokenize(raw), given);

/** Lets the event loop turn every few milliseconds, and hears an abort then. */
async function* pacing<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  let last = performance.now();
  for await (const item of items) {
    if (performance.now() - last > 5) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      last = performance.now();
    }
    yield item;
  }
}
