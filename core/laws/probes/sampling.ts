import type { Prediction } from '../../data/prediction.ts';
import { createRandom } from '../../data/random.ts';
import type { Tokens } from '../../data/tokens.ts';
import type { Choice, Request, Sampler } from '../../stages/sample.ts';
import type { SamplerSubject } from '../subjects/subjects.ts';

/** A request of one row, for a sampler that is asked outside of any loop. */
export const aloneRequest = (seed: number, row: Tokens = ONE): Request => ({
  prompt: [{ tokens: row }],
  random: createRandom(seed),
  limit: 64,
});

/** One question to a sampler. */
export const choose = async (sampler: Sampler, prediction: Prediction, request: Request, state?: unknown): Promise<Choice> =>
  sampler.sample(
    prediction,
    request.prompt.map(({ tokens }) => tokens),
    state,
    request,
  );

/** How often each id is chosen first, of so many questions with fresh state and one luck. */
export const tally = async (
  sampler: Sampler,
  prediction: Prediction,
  vocabulary: number,
  times: number,
  seed: number,
  row?: Tokens,
): Promise<number[]> => {
  const counts = new Array<number>(vocabulary).fill(0);
  const request = aloneRequest(seed, row);
  for (let i = 0; i < times; i++) {
    const choice = await choose(sampler, prediction, request);
    if (choice.state !== undefined) sampler.release?.(choice.state);
    const [id] = toldBy(choice);
    if (id !== undefined) counts[id]!++;
  }
  return counts;
};

/** What a choice tells the reader. */
export const toldBy = ({ emitted, inputIds }: Choice): Tokens => emitted ?? inputIds[0] ?? new Int32Array(0);

/** What a sampler's schema says of one setting. */
export const settingOf = ({ schema }: SamplerSubject, name: string): Readonly<Record<string, unknown>> | undefined =>
  (schema as { properties?: Record<string, Record<string, unknown>> } | undefined)?.properties?.[name];

/** Why a law of some settings is silent. */
export const without =
  (...names: readonly string[]) =>
  (subject: SamplerSubject): string | undefined => {
    const missing = names.find((name) => settingOf(subject, name) === undefined);
    if (missing) return `it has no setting "${missing}"`;
    return subject.neutral ? undefined : UNKNOWN;
  };

/** Why a law of what is drawn is silent. */
export const notDrawing = ({ neutral }: SamplerSubject): string | undefined => (neutral ? undefined : UNKNOWN);

const UNKNOWN = 'it is not known to draw from what is predicted under any settings; name them as "neutral"';

const ONE = Int32Array.of(0);
