import { MOST } from '../check/ending-faults.ts';
import { checkGenerateOptions, InvalidGenerateOptions } from '../check/generate-options.ts';
import type { Resolved } from '../check/resolve.ts';
import { createRandom } from '../data/random.ts';
import { append, EMPTY, type Tokens } from '../data/tokens.ts';
import { conditioned } from '../dataset/corpus.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { beforePrompts } from '../dataset/row-prefix.ts';
import type { GenerateOptions, OwnOptions } from '../definition/generate-options.ts';
import { errors } from '../errors.ts';
import type { Model } from '../stages/model.ts';
import type { RawItem } from '../stages/read.ts';
import type { Request } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { type Alike, alikeOf } from './alike.ts';
import { beginsItself, spellChat, spellPrompt } from './prompts.ts';

/** An asking with nothing left open. */
export type ResolvedOptions = Required<Pick<Defined<OwnOptions>, 'count' | 'max_new_tokens' | 'seed'>> &
  Defined<OwnOptions> & {
    /** The settings of a sampler of its own. */
    readonly sampling?: Readonly<Record<string, unknown>>;
  };

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

/** How long samples may become: what is asked goes before what the pipeline says, and a number of new tokens before one of all. */
const lengthsOf = (
  ...told: readonly Pick<OwnOptions, 'max_new_tokens' | 'max_length'>[]
): Pick<ResolvedOptions, 'max_new_tokens' | 'max_length'> => {
  const { max_new_tokens, max_length } = told.find((one) => one.max_new_tokens !== undefined || one.max_length !== undefined) ?? {};
  if (max_new_tokens !== undefined) return { max_new_tokens };
  return max_length === undefined ? { max_new_tokens: MOST } : { max_new_tokens: max_length, max_length };
};

/** What is asked, and what the pipeline says of the rest. Throws InvalidGenerateOptions, NO_TASK. */
export const resolveOptions = (resolved: Resolved, asked: unknown): ResolvedOptions => {
  const { own, sampling } = checkGenerateOptions(resolved, asked);
  const { max_new_tokens, max_length, ...ask } = own as Defined<OwnOptions>;
  const { definition } = resolved;
  const generate = withoutAside(definition.generate ?? {}, resolved.aside);
  const {
    count = 5,
    prompt,
    prompts,
    messages,
    special_tokens,
    given,
    task,
    stop,
    logprobs,
    stop_token_ids,
    min_new_tokens,
    ...lengths
  } = generate;
  const begun = ask.prompt === undefined && ask.prompts === undefined && ask.messages === undefined;
  return {
    count,
    ...lengthsOf({ max_new_tokens, max_length }, lengths),
    seed: definition.seed ?? 0,
    ...(begun && prompt !== undefined && { prompt }),
    ...(begun && prompts && { prompts }),
    ...(begun && messages && { messages }),
    ...(special_tokens && { special_tokens }),
    ...(stop !== undefined && { stop }),
    ...(logprobs !== undefined && { logprobs }),
    ...(stop_token_ids && { stop_token_ids }),
    ...(min_new_tokens !== undefined && { min_new_tokens }),
    ...(given !== undefined && { given }),
    ...(task && { task: task as NonNullable<GenerateOptions['task']> }),
    ...ask,
    ...(sampling && { sampling }),
  };
};

/** What `generate` says, but for what the backend that was swapped in cannot use. */
const withoutAside = <T extends object>(generate: T, aside: Resolved['aside']): T => {
  const gone = new Set(aside.filter(({ path }) => path[0] === 'generate').map(({ path }) => path[1]));
  return Object.fromEntries(Object.entries(generate).filter(([key]) => !gone.has(key))) as T;
};

/** The first held-out rows as prompts, with what they are conditioned on where the pipeline is. Throws DATA_EMPTY. */
export const heldOut = async (
  data: Dataset,
  count: number,
  takesGiven: boolean,
  signal: AbortSignal,
): Promise<Pick<GenerateOptions, 'prompts' | 'given'>> => {
  const items: RawItem[] = [];
  for await (const item of data.valid()) {
    signal.throwIfAborted();
    if (items.push(item) >= count) break;
  }
  if (items.length === 0) throw errors.DATA_EMPTY('held out', data.files);
  return {
    prompts: items.map(({ raw }) => raw),
    ...(takesGiven && items.every(({ given }) => given !== undefined) && { given: items.map(({ given }) => given) }),
  };
};

/** What sample `index` begins with, as raw matter. */
export const promptAt = ({ prompt, prompts }: GenerateOptions, index: number): unknown => inTurn(prompts, index) ?? prompt;

/** An asking, sample by sample. */
export interface Requests {
  /** The ids of a sample's prompt, without what is put before it. */
  readonly bare: (index: number) => Tokens;
  readonly givenAt: (index: number) => Tokens | undefined;
  readonly requestOf: (index: number) => Request;
  /** Which samples begin alike; absent where none do, or where a task tells them apart. */
  readonly alike?: Alike;
}

/** What an asking is put to. */
export interface LoadedModel {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** Whether the backend makes whole rows at once. */
  readonly whole: boolean;
}

/** What stands before a prompt: what the tokenizer puts there, or, where a row would be empty, what it can begin with. Throws EMPTY_PROMPT. */
export const beginningOf = ({ model, tokenizer, whole }: LoadedModel, prompt: Tokens): Tokens => {
  const before = beforePrompts(tokenizer);
  if (whole || before.length + prompt.length > 0) return before;
  const start = tokenizer.start ?? model.start;
  if (start === undefined) throw errors.EMPTY_PROMPT();
  return Int32Array.of(start);
};

/** The requests that an asking comes to; sample `i` depends on the seed and on `i` alone. */
export const requestsOf = (asking: LoadedModel, ask: ResolvedOptions, signal: AbortSignal): Requests => {
  const { model, tokenizer } = asking;
  const spell = once((raw: unknown) => spellPrompt(tokenizer, ask, raw));
  const chat = ask.messages && spellChat(tokenizer, ask.messages);
  const spellGiven = once((raw: unknown) => conditioned(tokenizer, EMPTY, raw).given);
  const bare = (index: number): Tokens => {
    if (chat) return chat;
    const prompt = promptAt(ask, index);
    return prompt === undefined ? EMPTY : spell(prompt);
  };
  const givenAt = (index: number): Tokens | undefined => {
    const given = Array.isArray(ask.given) ? inTurn(ask.given, index) : ask.given;
    return given === undefined ? undefined : spellGiven(given);
  };
  const stop = stopIds(asking, ask);
  const rows = chat
    ? [{ tokens: chat }]
    : (ask.prompts ?? (ask.prompt === undefined ? [] : [ask.prompt])).map((raw) => ({ tokens: spell(raw) }));

  const requestOf = (index: number): Request => {
    const own = bare(index);
    const before = beginningOf(asking, own);
    const tokens = before.length === 0 || beginsItself(ask, own, before) ? own : append(before, 0, own);
    const given = givenAt(index);
    const limit = limitOf(model, tokenizer, own.length, tokens.length, ask);
    const least = ask.min_new_tokens ?? 0;
    if (least > limit) throw errors.NO_ROOM_FOR_MINIMUM(least, limit);
    return {
      prompt: [{ tokens, ...(given && { given }) }],
      random: createRandom(ask.seed, index),
      limit,
      ...(least > 0 && { least }),
      signal,
      ...(stop.length > 0 && { stop }),
      ...(ask.logprobs !== undefined && { logprobs: ask.logprobs }),
      ...(ask.task && { task: { ...ask.task, rows, index, count: ask.count } }),
    };
  };
  if (ask.count > 0) requestOf(0); // a prompt that does not fit is refused before anything runs
  const alike = ask.task
    ? undefined
    : alikeOf(
        rows.map(({ tokens }) => tokens),
        Array.isArray(ask.given) ? ask.given : [],
        ask.count,
      );
  return { bare, givenAt, requestOf, ...(alike && { alike }) };
};

/** The ids that end a row: the tokenizer's, the model's and the request's own. Throws InvalidGenerateOptions where the request's are nobody's. */
const stopIds = ({ model, tokenizer }: LoadedModel, { stop_token_ids = [] }: ResolvedOptions): number[] => {
  const own = [...(tokenizer.stop === undefined ? [] : [tokenizer.stop]), ...(model.stop ?? [])];
  const faults = [...stop_token_ids.entries()].flatMap(([at, id]) => {
    const message = `the id ${id} is none of the tokenizer's, which has ${tokenizer.vocabulary}; name ids below that.`;
    return id < tokenizer.vocabulary || own.includes(id) ? [] : [{ path: ['stop_token_ids', at], message }];
  });
  if (faults.length > 0) throw new InvalidGenerateOptions(faults);
  return [...new Set([...own, ...stop_token_ids])];
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
const limitOf = ({ context = Infinity }: Model, { shape }: Tokenizer, own: number, length: number, ask: ResolvedOptions): number => {
  const { max_new_tokens, max_length = Infinity } = ask;
  if (!shape && length >= max_length) throw errors.LENGTH_EXCEEDED(length, max_length);
  if (length > context) throw errors.CONTEXT_EXCEEDED(length, context);
  const room = context - length + 1;
  if (!shape) return Math.min(max_new_tokens, max_length - length, room);
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (own > size) throw errors.SHAPE_EXCEEDED(own, size);
  return Math.min(size - own, room);
};
