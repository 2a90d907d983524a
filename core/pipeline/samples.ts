import { EMPTY, type Row, type Tokens } from '../data/tokens.ts';
import { interleave } from '../decode-loop/interleave.ts';
import { endOf, type Step, steps } from '../decode-loop/loop.ts';
import { sharedPrompts } from '../decode-loop/shared-prompt.ts';
import type { Detokenizer, Tokenizer } from '../stages/tokenize.ts';
import { type Sampling, withOwnSampler } from './request-sampler.ts';
import { type LoadedModel, promptAt, type ResolvedOptions, requestsOf } from './requests.ts';

/** Some of one sample, as it comes. */
export interface Piece<Raw = unknown> {
  /** Which of the samples asked for, from 0. */
  readonly index: number;
  /** What is certain by now and was not said before; the prompt is not repeated. Raw matter that comes whole, a picture, comes with the last piece, its prompt with it. */
  readonly raw: Raw extends string ? Raw : Raw | undefined;
  readonly tokens: Tokens;
  /** With the last piece. */
  readonly ended?: Step['ended'];
  /** The id that ended it, where one did; it is not among the tokens. */
  readonly stop?: number;
}

/** One whole sample. */
export interface Sample<Raw = unknown> {
  readonly index: number;
  /** Prompt and what came after it. */
  readonly raw: Raw;
  /** The same as ids, without what was put before the prompt and what ended it. */
  readonly row: Row;
  readonly ended: NonNullable<Step['ended']>;
  /** The id that ended it, where one did. */
  readonly stop?: number;
}

/** What generating leans on. */
export interface Generation extends LoadedModel, Sampling {
  /** How many samples run at a time. */
  readonly width: number;
  /** Whether samples that begin alike share what was read of it. */
  readonly shares: boolean;
}

/** The pieces of all samples asked for, as they come; sample `i` depends on the seed and on `i` alone. */
export const pieces = (generating: Generation, ask: ResolvedOptions, signal: AbortSignal): AsyncGenerator<Piece, void> =>
  withOwnSampler(generating, ask, (own) => piecesOf(own, ask, signal));

const piecesOf = (generating: Generation, ask: ResolvedOptions, signal: AbortSignal): AsyncGenerator<Piece, void> => {
  const { model, sampler, tokenizer, whole, width, shares } = generating;
  const { requestOf, bare, alike } = requestsOf(generating, ask, signal);
  const prompts = alike && shares && sampler.reads !== 'all' ? sharedPrompts(model, { uses: alike.uses, keep: width, signal }) : undefined;

  async function* one(index: number): AsyncGenerator<Piece, void> {
    const detokenizer = detokenizerAfter(tokenizer, whole ? EMPTY : bare(index));
    const said: Tokens[] = whole ? [] : [bare(index)];
    const request = requestOf(index);
    const own = prompts ? prompts.modelOf(alike!.of(index)) : model;
    for await (const step of steps(own, sampler, request, Number.POSITIVE_INFINITY)) {
      const { tokens, ...end } = whole ? wholeRow(step, request.stop ?? []) : nextTokens(step);
      const { ended } = end;
      if (detokenizer) {
        const raw = ended ? join(detokenizer.push(tokens), detokenizer.end()) : detokenizer.push(tokens);
        yield { index, raw, tokens, ...end };
      } else {
        said.push(tokens);
        yield { index, raw: ended ? tokenizer.detokenize(concat(said)) : undefined, tokens, ...end };
      }
    }
  }

  function* all(): Generator<AsyncGenerator<Piece, void>> {
    for (let index = 0; index < ask.count; index++) yield one(index);
  }
  return interleave(all(), width, prompts?.close);
};

/** Whole samples, in their order. */
export async function* samples(generating: Generation, ask: ResolvedOptions, signal: AbortSignal): AsyncGenerator<Sample, void> {
  const { tokenizer, whole } = generating;
  const { bare, givenAt } = requestsOf(generating, ask, signal);
  const open = new Map<number, { raw: unknown; readonly tokens: Tokens[]; ended: Step['ended']; stop: number | undefined }>();
  let next = 0;
  for await (const { index, raw, tokens, ended, stop } of pieces(generating, ask, signal)) {
    const begun = whole
      ? { raw: undefined, tokens: [], ended, stop }
      : { raw: tokenizer.detokenizer ? promptAt(ask, index) : undefined, tokens: [bare(index)], ended, stop };
    const sample = open.get(index) ?? begun;
    sample.raw = join(sample.raw, raw);
    sample.tokens.push(tokens);
    sample.ended = ended;
    sample.stop = stop;
    open.set(index, sample);
    for (let first = open.get(next); first?.ended; first = open.get(next)) {
      open.delete(next);
      const given = givenAt(next);
      const row = { tokens: concat(first.tokens), ...(given && { given }) };
      yield { index: next++, raw: first.raw, row, ended: first.ended, ...(first.stop !== undefined && { stop: first.stop }) };
    }
  }
}

/** A detokenizer that has read a prompt and says only what comes after it: also the prompt's end, where that was held back, is not said again. */
const detokenizerAfter = (tokenizer: Tokenizer, prompt: Tokens): Detokenizer | undefined => {
  const detokenizer = tokenizer.detokenizer?.();
  if (!detokenizer || prompt.length === 0) return detokenizer;
  const said = detokenizer.push(prompt);
  const whole = tokenizer.detokenize(prompt);
  let held = typeof said === 'string' && typeof whole === 'string' && whole.startsWith(said) ? whole.slice(said.length) : '';
  const after = (raw: unknown): unknown => {
    if (held === '' || typeof raw !== 'string' || raw === '') return raw;
    const repeated = raw.startsWith(held) ? held.length : held.startsWith(raw) ? raw.length : 0;
    held = repeated === raw.length ? held.slice(repeated) : '';
    return raw.slice(repeated);
  };
  return { push: (tokens) => after(detokenizer.push(tokens)), end: () => after(detokenizer.end()) };
};

type Told = Pick<Piece, 'tokens' | 'ended' | 'stop'>;

/** What a step tells of a row that grows, without what ended it. */
const nextTokens = ({ said, ended }: Step): Told =>
  ended === 'stop' ? { tokens: said.subarray(0, -1), ended, stop: said.at(-1)! } : { tokens: said, ...(ended && { ended }) };

/** What a step tells of a whole row: it ends before what first ends it, and what stands behind is nobody's. */
const wholeRow = ({ said, ended }: Step, stop: readonly number[]): Told => {
  const end = ended ? endOf(said, stop) : -1;
  if (end < 0) return { tokens: said, ...(ended && { ended }) };
  return { tokens: said.subarray(0, end), ended: 'stop', stop: said[end]! };
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
