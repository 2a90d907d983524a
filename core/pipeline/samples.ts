import { createRandom } from '../data/random.ts';
import { EMPTY, type Row, type Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Model } from '../stages/model.ts';
import type { Task } from '../stages/run.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { interleave } from './interleave.ts';
import { type Step, steps } from './steps.ts';

/** What is asked of a pipeline; whatever is absent is as the pipeline says. */
export interface Ask {
  /** What every sample begins with. */
  readonly prompt?: unknown;
  /** What every sample is conditioned on: a source sentence, a label. */
  readonly given?: unknown;
  readonly count?: number;
  readonly max_new_tokens?: number;
  readonly seed?: number;
  readonly task?: Task;
  readonly signal?: AbortSignal;
}

/** Some of one sample, as it comes. */
export interface Piece {
  /** Which of the samples asked for, from 0. */
  readonly index: number;
  /** What is certain by now and was not said before; the prompt is not repeated. Raw matter that comes whole comes with the last piece. */
  readonly raw: unknown;
  readonly tokens: Tokens;
  /** With the last piece. */
  readonly ended?: Step['ended'];
}

/** One whole sample. */
export interface Sample {
  readonly index: number;
  /** Prompt and what came after it. */
  readonly raw: unknown;
  /** The same as ids, without start and stop. */
  readonly row: Row;
  readonly ended: NonNullable<Step['ended']>;
}

/** What generating leans on. */
export interface Generating {
  readonly model: Model;
  readonly sampler: Sampler;
  readonly tokenizer: Tokenizer;
  readonly chunk?: number;
  /** How many samples run at a time. */
  readonly width: number;
}

type Full = Required<Pick<Ask, 'count' | 'max_new_tokens' | 'seed'>> & Ask;

/** The pieces of all samples asked for, as they come; sample `i` depends on the seed and on `i` alone. */
export const pieces = (
  { model, sampler, tokenizer, chunk, width }: Generating,
  ask: Full,
  signal: AbortSignal,
): AsyncGenerator<Piece, void> => {
  const prompt = promptOf(tokenizer, ask);
  const limit = limitOf(model, prompt.tokens.length, ask.max_new_tokens);

  async function* one(index: number): AsyncGenerator<Piece, void> {
    const detokenizer = tokenizer.detokenizer?.();
    detokenizer?.push(prompt.tokens);
    const request = {
      prompt: [prompt],
      random: createRandom(ask.seed, index),
      limit,
      signal,
      ...(tokenizer.stop !== undefined && { stop: tokenizer.stop }),
      ...(ask.task && { task: ask.task }),
    };
    let said: Tokens[] = [];
    for await (const { said: fresh, ended } of steps(model, sampler, request, chunk)) {
      const tokens = ended === 'stop' ? fresh.subarray(0, -1) : fresh;
      if (detokenizer) {
        const raw = ended ? join(detokenizer.push(tokens), detokenizer.end()) : detokenizer.push(tokens);
        yield { index, raw, tokens, ...(ended && { ended }) };
      } else {
        said.push(tokens);
        yield { index, raw: ended ? tokenizer.detokenize(concat(said)) : undefined, tokens, ...(ended && { ended }) };
        if (ended) said = [];
      }
    }
  }

  function* all(): Generator<AsyncGenerator<Piece, void>> {
    for (let index = 0; index < ask.count; index++) yield one(index);
  }
  return interleave(all(), width);
};

/** Whole samples, in their order. */
export async function* samples(generating: Generating, ask: Full, signal: AbortSignal): AsyncGenerator<Sample, void> {
  const { tokenizer } = generating;
  const begun = tokenizer.detokenizer ? ask.prompt : undefined;
  const prompt = ask.prompt === undefined ? EMPTY : tokenizer.tokenize(ask.prompt);
  const given = ask.given === undefined ? undefined : tokenizer.tokenize(ask.given);
  const open = new Map<number, { raw: unknown; readonly tokens: Tokens[]; ended: Step['ended'] }>();
  let next = 0;
  for await (const { index, raw, tokens, ended } of pieces(generating, ask, signal)) {
    const sample = open.get(index) ?? { raw: begun, tokens: [prompt], ended: undefined };
    sample.raw = join(sample.raw, raw);
    sample.tokens.push(tokens);
    sample.ended = ended;
    open.set(index, sample);
    for (let first = open.get(next); first?.ended; first = open.get(next)) {
      open.delete(next);
      const row = { tokens: concat(first.tokens), ...(given && { given }) };
      yield { index: next++, raw: first.raw, row, ended: first.ended };
    }
  }
}

const promptOf = (tokenizer: Tokenizer, { prompt, given }: Ask): Row => {
  const tokens = prompt === undefined ? EMPTY : tokenizer.tokenize(prompt);
  const begun = tokenizer.start === undefined ? tokens : concat([Int32Array.of(tokenizer.start), tokens]);
  return given === undefined ? { tokens: begun } : { tokens: begun, given: tokenizer.tokenize(given) };
};

/** A context limit cuts the number of new tokens short, and refuses a prompt that leaves no room. */
const limitOf = ({ context = Infinity }: Model, length: number, wanted: number): number => {
  if (length > context) throw errors.CONTEXT_EXCEEDED(length, context);
  return Math.min(wanted, context - length + 1);
};

const concat = (parts: readonly Tokens[]): Tokens => {
  const all = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** Texts join; of any other raw matter there is one piece. */
const join = (before: unknown, after: unknown): unknown =>
  typeof before === 'string' && typeof after === 'string' ? before + after : (after ?? before);
