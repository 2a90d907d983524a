import { concat, EMPTY, type Tokens } from '../../data/tokens.ts';
import type { ResolvedOptions } from '../../pipeline/requests.ts';
import { type Generation, type Piece, pieces, samples } from '../../pipeline/samples.ts';
import type { Tokenizer } from '../../stages/tokenize.ts';
import type { TokenizerSubject } from '../subjects/subjects.ts';

/** What tells the samples of a pipeline; the core's, but for tests of the laws themselves. */
export interface Telling {
  readonly pieces: typeof pieces;
  readonly samples: typeof samples;
}

/** The core's own telling. */
export const TELLING: Telling = { pieces, samples };

/** What tells the samples of a tokenizer under its laws. */
export const tellingOf = (subject: TokenizerSubject): Telling => ({ ...TELLING, ...(subject as Partial<Telling>) });

/** What is asked of a generation that says given ids. */
export interface Speech {
  readonly prompt: unknown;
  readonly ids: Tokens;
  /** Where the ids are cut into steps. */
  readonly cuts: readonly number[];
  readonly stop?: readonly string[];
  readonly least?: number;
}

/** A generation that says these steps, whatever is predicted. */
const speaking = (tokenizer: Tokenizer, steps: readonly Tokens[]): Generation => ({
  tokenizer,
  whole: false,
  shares: false,
  width: 1,
  model: {
    start: 0,
    forward: async ({ inputIds, positions }) => ({
      prediction: { kind: 'categorical', extent: 'next', counts: positions, logits: { dims: [1, 0], data: new Float32Array(0) } },
      memory: inputIds.map(() => undefined),
    }),
  },
  sampler: {
    sample(_prediction, _rows, state) {
      const at = (state as number | undefined) ?? 0;
      return { inputIds: [steps[at]!], state: at + 1, done: at + 1 === steps.length };
    },
  },
  ownSampler: () => Promise.reject(new Error('no settings were asked for')),
});

const asking = ({ prompt, ids, stop, least }: Speech): ResolvedOptions => ({
  count: 1,
  seed: 0,
  max_new_tokens: ids.length,
  prompt,
  ...(stop && { stop }),
  ...(least !== undefined && { min_new_tokens: least }),
});

const stepsOf = ({ ids, cuts }: Speech): Tokens[] => {
  const ends = [...new Set([...cuts.map((cut) => 1 + (cut % ids.length)), ids.length])].sort((a, b) => a - b);
  return ends.map((end, i) => ids.subarray(ends[i - 1] ?? 0, end));
};

const NEVER = new AbortController().signal;

/** What is told of a speech, piece by piece. */
export const piecesTold = async ({ pieces }: Telling, tokenizer: Tokenizer, speech: Speech): Promise<Piece[]> => {
  const all: Piece[] = [];
  for await (const piece of pieces(speaking(tokenizer, stepsOf(speech)), asking(speech), NEVER)) all.push(piece);
  return all;
};

/** The same as a whole sample. */
export const sampleTold = async ({ samples }: Telling, tokenizer: Tokenizer, speech: Speech) => {
  for await (const sample of samples(speaking(tokenizer, stepsOf(speech)), asking(speech), NEVER)) return sample;
  return undefined;
};

/** The texts of pieces as one. */
export const textOf = (told: readonly Piece[]): string => told.map(({ raw }) => raw ?? '').join('');

/** The ids of pieces as one. */
export const idsOf = (told: readonly Piece[]): Tokens => (told.length === 0 ? EMPTY : concat(told.map(({ tokens }) => tokens)));
