import { concat, EMPTY, type Row, type Tokens } from '../data/tokens.ts';
import { interleave } from '../decode-loop/interleave.ts';
import { endOf, type Step, steps } from '../decode-loop/loop.ts';
import { sharedPrompts } from '../decode-loop/shared-prompt.ts';
import { type Sampling, withOwnSampler } from './request-sampler.ts';
import { type LoadedModel, promptAt, type ResolvedOptions, requestsOf } from './requests.ts';
import { type SpelledLogprobs, spelling } from './spell.ts';
import { join, tellers } from './telling.ts';

/** How many tokens a sample took. */
export interface Usage {
  /** Those that were read first: the prompt's, and what was put before. */
  readonly prompt: number;
  /** Those that were generated, the id that ended it among them. */
  readonly generated: number;
}

/** Some of one sample, as it comes. */
export interface Piece<Raw = unknown> {
  /** Which of the samples asked for, from 0. */
  readonly index: number;
  /** What is certain by now and was not said before; the prompt is not repeated. Raw matter that comes whole, a picture, comes with the last piece, its prompt with it. */
  readonly raw: Raw extends string ? Raw : Raw | undefined;
  readonly tokens: Tokens;
  /** Where they were asked for, one for each token, and one for the id that ended it. */
  readonly logprobs?: readonly SpelledLogprobs[];
  /** With the last piece: an id or a text ended it, it is as long as it may be, or the sampler or the row had its last round. */
  readonly ended?: Step['ended'];
  /** The id that ended it, which is not among the tokens, or the stop string, whose tokens are, and which is not told. */
  readonly stop?: number | string;
  /** With the last piece. */
  readonly usage?: Usage;
}

/** One whole sample. */
export interface Sample<Raw = unknown> {
  readonly index: number;
  /** Prompt and what came after it. */
  readonly raw: Raw;
  /** The same as ids, without what was put before the prompt and what ended it. */
  readonly row: Row;
  /** Where they were asked for, one for each id that was generated: those of the row behind its prompt, and the id that ended it. */
  readonly logprobs?: readonly SpelledLogprobs[];
  /** Why: an id or a text ended it, it is as long as it may be, or the sampler or the row had its last round. */
  readonly ended: NonNullable<Step['ended']>;
  /** The id that ended it, which is not in the row, or the stop string: the row is all that was generated, `raw` is what stands before. */
  readonly stop?: number | string;
  readonly usage: Usage;
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
  const tellerAfter = tellers(tokenizer, ask);
  const spelled = spelling(tokenizer);

  async function* one(index: number): AsyncGenerator<Piece, void> {
    const teller = tellerAfter(whole ? EMPTY : bare(index));
    const request = requestOf(index);
    const own = prompts ? prompts.modelOf(alike!.of(index)) : model;
    const prompt = request.prompt[0]!.tokens.length;
    let generated = 0;
    for await (const step of steps(own, sampler, request, Number.POSITIVE_INFINITY)) {
      const said = whole ? wholeRow(step, request.stop ?? []) : nextTokens(step);
      const { raw, taken, stop } = teller.push(said.tokens, said.ended !== undefined);
      const count = taken + (stop === undefined && said.stop !== undefined ? 1 : 0);
      generated += count;
      const logprobs = step.logprobs && { logprobs: spelled(step.logprobs.slice(0, count)) };
      if (stop !== undefined) {
        yield { index, raw, tokens: said.tokens.subarray(0, taken), ...logprobs, ended: 'stop', stop, usage: { prompt, generated } };
        return;
      }
      yield { index, raw, ...said, ...logprobs, ...(said.ended && { usage: { prompt, generated } }) };
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
  const open = new Map<number, { raw: unknown; readonly tokens: Tokens[]; readonly logprobs: SpelledLogprobs[]; last: Piece }>();
  let next = 0;
  for await (const piece of pieces(generating, ask, signal)) {
    const { index, raw, tokens } = piece;
    const begun = whole
      ? { raw: undefined, tokens: [], logprobs: [], last: piece }
      : { raw: tokenizer.detokenizer ? promptAt(ask, index) : undefined, tokens: [bare(index)], logprobs: [], last: piece };
    const sample = open.get(index) ?? begun;
    sample.raw = join(sample.raw, raw);
    sample.tokens.push(tokens);
    if (piece.logprobs) sample.logprobs.push(...piece.logprobs);
    sample.last = piece;
    open.set(index, sample);
    for (let first = open.get(next); first?.last.ended; first = open.get(next)) {
      open.delete(next);
      const given = givenAt(next);
      const row = { tokens: concat(first.tokens), ...(given && { given }) };
      const { ended, stop, usage } = first.last;
      const logprobs = ask.logprobs !== undefined && { logprobs: first.logprobs };
      yield { index: next++, raw: first.raw, row, ...logprobs, ended: ended!, ...(stop !== undefined && { stop }), usage: usage! };
    }
  }
}

type Said = Pick<Piece, 'tokens' | 'ended' | 'stop'>;

/** What a step tells of a row that grows, without what ended it. */
const nextTokens = ({ emitted, ended }: Step): Said =>
  ended === 'stop' ? { tokens: emitted.subarray(0, -1), ended, stop: emitted.at(-1)! } : { tokens: emitted, ...(ended && { ended }) };

/** What a step tells of a whole row: it ends before what first ends it, and what stands behind is nobody's. */
const wholeRow = ({ emitted, ended }: Step, stop: readonly number[]): Said => {
  const end = ended ? endOf(emitted, stop) : -1;
  if (end < 0) return { tokens: emitted, ...(ended && { ended }) };
  return { tokens: emitted.subarray(0, end), ended: 'stop', stop: emitted[end]! };
};
