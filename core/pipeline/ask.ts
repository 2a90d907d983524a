import { createRandom } from '../data/random.ts';
import { append, EMPTY, type Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import { declared } from '../plugin/load.ts';
import type { Model } from '../stages/model.ts';
import type { RawItem } from '../stages/read.ts';
import type { Task } from '../stages/run.ts';
import type { Request } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { beforePrompts } from './beginning.ts';
import { conditioned } from './corpus.ts';
import type { Data } from './data.ts';
import type { Resolved } from './resolve.ts';

/** What is asked of a pipeline; whatever is absent is as the pipeline says. */
export interface Ask {
  /** What every sample begins with. */
  readonly prompt?: unknown;
  /** Several, which the samples take in turn; a task reads them all: the ends of a path. */
  readonly prompts?: readonly unknown[];
  /** What samples are conditioned on, a source sentence or a label; of an array each sample takes the next. */
  readonly given?: unknown;
  readonly count?: number;
  /** At most so many; where all rows have one shape, that decides. */
  readonly max_new_tokens?: number;
  readonly seed?: number;
  /** What is asked of the backend besides sampling. */
  readonly task?: Pick<Task, 'name' | 'with'>;
  readonly signal?: AbortSignal;
}

/** An asking with nothing left open. */
export type Full = Required<Pick<Ask, 'count' | 'max_new_tokens' | 'seed'>> &
  Ask & {
    /** The most tokens of a row, its prompt included, where nobody says how many new ones. */
    readonly max_length?: number;
  };

/** What is asked, and what the pipeline says of the rest. Throws NO_TASK. */
export const fullAsk = ({ definition, decode }: Resolved, ask: Ask): Full => {
  const { count = 5, max_new_tokens, max_length, prompt, prompts, given, task } = definition.generate ?? {};
  const begun = ask.prompt === undefined && ask.prompts === undefined;
  const whole = max_length !== undefined && (ask.max_new_tokens ?? max_new_tokens) === undefined;
  const full: Full = {
    count,
    max_new_tokens: max_new_tokens ?? (whole ? max_length : 200),
    ...(whole && { max_length }),
    seed: definition.seed ?? 0,
    ...(begun && prompt !== undefined && { prompt }),
    ...(begun && prompts && { prompts }),
    ...(given !== undefined && { given }),
    ...(task && { task: task as NonNullable<Ask['task']> }),
    ...ask,
  };
  const tasks = declared(decode, decode.settings).tasks ?? [];
  if (full.task && !tasks.includes(full.task.name)) throw errors.NO_TASK(full.task.name, decode.name, tasks);
  return full;
};

/** The first held-out rows as prompts, with what they are conditioned on. Throws DATA_EMPTY. */
export const heldOut = async (data: Data, count: number, signal?: AbortSignal): Promise<Pick<Ask, 'prompts' | 'given'>> => {
  const items: RawItem[] = [];
  for await (const item of data.valid()) {
    signal?.throwIfAborted();
    if (items.push(item) >= count) break;
  }
  if (items.length === 0) throw errors.DATA_EMPTY('held out', data.files);
  return {
    prompts: items.map(({ raw }) => raw),
    ...(items.every(({ given }) => given !== undefined) && { given: items.map(({ given }) => given) }),
  };
};

/** What sample `index` begins with, as raw matter. */
export const promptAt = ({ prompt, prompts }: Ask, index: number): unknown => inTurn(prompts, index) ?? prompt;

/** An asking, sample by sample. */
export interface Asked {
  /** The ids of a sample's prompt, without what is put before it. */
  readonly bare: (index: number) => Tokens;
  readonly givenAt: (index: number) => Tokens | undefined;
  readonly requestOf: (index: number) => Request;
}

/** What an asking is put to. */
export interface Asking {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Whether the backend makes whole rows at once. */
  readonly whole: boolean;
}

/** What stands before a prompt: what the tokenizer puts there, or, where a row would be empty, what it can begin with. Throws EMPTY_PROMPT. */
export const beginningOf = ({ model, tokenizer, whole }: Asking, prompt: Tokens): Tokens => {
  const before = beforePrompts(tokenizer);
  if (whole || before.length + prompt.length > 0) return before;
  const start = tokenizer.start ?? model.start;
  if (start === undefined) throw errors.EMPTY_PROMPT();
  return Int32Array.of(start);
};

/** The requests that an asking comes to; sample `i` depends on the seed and on `i` alone. */
export const requestsOf = (asking: Asking, ask: Full, signal: AbortSignal): Asked => {
  const { model, tokenizer } = asking;
  const spell = once((raw: unknown) => tokenizer.tokenize(raw));
  const spellGiven = once((raw: unknown) => conditioned(tokenizer, EMPTY, raw).given);
  const bare = (index: number): Tokens => {
    const prompt = promptAt(ask, index);
    return prompt === undefined ? EMPTY : spell(prompt);
  };
  const givenAt = (index: number): Tokens | undefined => {
    const given = Array.isArray(ask.given) ? inTurn(ask.given, index) : ask.given;
    return given === undefined ? undefined : spellGiven(given);
  };
  const stop = [...new Set([...(tokenizer.stop === undefined ? [] : [tokenizer.stop]), ...(model.stop ?? [])])];
  const rows = (ask.prompts ?? (ask.prompt === undefined ? [] : [ask.prompt])).map((raw) => ({ tokens: spell(raw) }));

  const requestOf = (index: number): Request => {
    const own = bare(index);
    const before = beginningOf(asking, own);
    const tokens = before.length === 0 ? own : append(before, 0, own);
    const given = givenAt(index);
    return {
      prompt: [{ tokens, ...(given && { given }) }],
      random: createRandom(ask.seed, index),
      limit: limitOf(model, tokenizer, own.length, tokens.length, ask),
      signal,
      ...(stop.length > 0 && { stop }),
      ...(ask.task && { task: { ...ask.task, rows, index, count: ask.count } }),
    };
  };
  requestOf(0); // a prompt that does not fit is refused before anything runs
  return { bare, givenAt, requestOf };
};

const inTurn = <T>(all: readonly T[] | undefined, index: number): T | undefined =>
  all && all.length > 0 ? all[index % all.length] : undefined;

/** Remembers what it answered. */
const once = <T>(answer: (raw: unknown) => T): ((raw: unknown) => T) => {
  const known = new Map<unknown, T>();
  return (raw) => {
    if (!known.has(raw)) known.set(raw, answer(raw));
    return known.get(raw)!;
  };
};

/** A shape says how long a row is; a context limit cuts the number of new tokens short, and refuses a prompt that leaves no room. */
const limitOf = ({ context = Infinity }: Model, { shape }: Tokenizer, own: number, length: number, ask: Full): number => {
  const { max_new_tokens, max_length = Infinity } = ask;
  if (!shape && length >= max_length) throw errors.LENGTH_EXCEEDED(length, max_length);
  if (length > context) throw errors.CONTEXT_EXCEEDED(length, context);
  const room = context - length + 1;
  if (!shape) return Math.min(max_new_tokens, max_length - length, room);
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (own > size) throw errors.SHAPE_EXCEEDED(own, size);
  return Math.min(size - own, room);
};
