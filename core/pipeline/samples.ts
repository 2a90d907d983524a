import type { Row, Tokens } from '../data/tokens.ts';
import type { Model } from '../stages/model.ts';
import type { Sampler } from '../stages/sample.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { type Full, promptAt, requestsOf } from './ask.ts';
import { interleave } from './interleave.ts';
import { type Step, steps } from './steps.ts';

/** Some of one sample, as it comes. */
export interface Piece {
  /** Which of the samples asked for, from 0. */
  readonly index: number;
  /** What is certain by now and was not said before; the prompt is not repeated. Raw matter that comes whole, a picture, comes with the last piece, its prompt with it. */
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
  /** Whether the backend makes whole rows at once; their prompts are not repeated. */
  readonly whole: boolean;
  /** How many samples run at a time. */
  readonly width: number;
}

/** The pieces of all samples asked for, as they come; sample `i` depends on the seed and on `i` alone. */
export const pieces = (generating: Generating, ask: Full, signal: AbortSignal): AsyncGenerator<Piece, void> => {
  const { model, sampler, tokenizer, whole, width } = generating;
  const { requestOf, bare } = requestsOf(generating, ask, signal);

  async function* one(index: number): AsyncGenerator<Piece, void> {
    const detokenizer = tokenizer.detokenizer?.();
    if (!whole) detokenizer?.push(bare(index));
    const said: Tokens[] = whole ? [] : [bare(index)];
    for await (const step of steps(model, sampler, requestOf(index), whole ? Number.POSITIVE_INFINITY : undefined)) {
      const { tokens, ended } = whole ? wholeRow(step, tokenizer.stop) : { tokens: step.said, ended: step.ended };
      const fresh = ended === 'stop' && !whole ? tokens.subarray(0, -1) : tokens;
      if (detokenizer) {
        const raw = ended ? join(detokenizer.push(fresh), detokenizer.end()) : detokenizer.push(fresh);
        yield { index, raw, tokens: fresh, ...(ended && { ended }) };
      } else {
        said.push(fresh);
        yield { index, raw: ended ? tokenizer.detokenize(concat(said)) : undefined, tokens: fresh, ...(ended && { ended }) };
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
  const { tokenizer, whole } = generating;
  const { bare, givenAt } = requestsOf(generating, ask, signal);
  const open = new Map<number, { raw: unknown; readonly tokens: Tokens[]; ended: Step['ended'] }>();
  let next = 0;
  for await (const { index, raw, tokens, ended } of pieces(generating, ask, signal)) {
    const begun = whole
      ? { raw: undefined, tokens: [], ended }
      : { raw: tokenizer.detokenizer ? promptAt(ask, index) : undefined, tokens: [bare(index)], ended };
    const sample = open.get(index) ?? begun;
    sample.raw = join(sample.raw, raw);
    sample.tokens.push(tokens);
    sample.ended = ended;
    open.set(index, sample);
    for (let first = open.get(next); first?.ended; first = open.get(next)) {
      open.delete(next);
      const given = givenAt(next);
      yield { index: next++, raw: first.raw, row: { tokens: concat(first.tokens), ...(given && { given }) }, ended: first.ended };
    }
  }
}

/** What a step tells of a whole row: it ends before its first `stop`, and what stands behind is nobody's. */
const wholeRow = ({ said, ended }: Step, stop: number | undefined): Pick<Piece, 'tokens' | 'ended'> => {
  const end = stop === undefined || !ended ? -1 : said.indexOf(stop);
  if (end < 0) return { tokens: said, ...(ended && { ended }) };
  return { tokens: said.subarray(0, end), ended: 'stop' };
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
