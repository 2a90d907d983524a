import { LogprobReader, type TokenLogprobs } from '../data/logprobs.ts';
import type { Prediction } from '../data/prediction.ts';
import type { Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';

/** What the model itself gave what is said, whatever the sampler made of it: `first` is the position among the row's own that predicted the first of it. */
export type EmittedLogprobs = (prediction: Prediction, row: number, first: number, said: Tokens) => readonly TokenLogprobs[];

/** Reads them for one request, with so many alternatives. */
export const emittedLogprobs = (alternatives: number): EmittedLogprobs => {
  const reader = new LogprobReader(alternatives);
  return (prediction, row, first, said) => {
    if (prediction.kind !== 'categorical') throw errors.NOT_CATEGORICAL('logprobs', prediction.kind);
    const { counts, logits } = prediction;
    if (said.length > 0 && (first < 0 || first + said.length > counts[row]!)) throw errors.LOGPROBS_LATE();
    let begin = first;
    for (let i = 0; i < row; i++) begin += counts[i]!;
    return Array.from(said, (id, at) => reader.read(logits, begin + at, id));
  };
};
