import { concatMap, defer, finalize, type Observable, type OperatorFunction, reduce } from 'rxjs';
import type { Prediction } from '../data/prediction.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import type { Attention } from '../stages/attend.ts';
import type { Decoder } from '../stages/decode.ts';
import type { Encoder } from '../stages/encode.ts';
import type { Evaluator, Item, Measures } from '../stages/evaluate.ts';
import type { Choice, Request, Sampler } from '../stages/sample.ts';
import type { StepContext } from '../stages/step-context.ts';
import type { Tokenizer } from '../stages/tokenize.ts';
import { grown } from './grown.ts';
import { drop } from './release.ts';

/** Each stage as an rxjs operator, for streams of one's own: in order, one after the other, each subscription with a state of its own. */
export const tokenizing = <Raw>(tokenizer: Tokenizer<Raw>): OperatorFunction<Raw, Tokens> =>
  concatMap(async (raw) => tokenizer.tokenize(raw));

/** Batches of what rows read, to hidden values. */
export const encoding = (encoder: Encoder, run: StepContext): OperatorFunction<Batch<Tokens>, unknown> =>
  concatMap(async (fresh) => encoder.encode(fresh, run));

/** Hidden values in the light of all that passed before; a memory is released when the next has taken its place, and the last when the stream ends. */
export const attending =
  (attention: Attention, run: StepContext): OperatorFunction<unknown, unknown> =>
  (source) =>
    defer(() => {
      let memory: Batch<unknown> = run.random.map(() => undefined);
      const remember = (next: Batch<unknown>): void => {
        drop(attention, memory, next);
        memory = next;
      };
      return source.pipe(
        concatMap(async (hidden) => {
          const attended = await attention.attend(hidden, memory, run);
          remember(attended.memory);
          return attended.hidden;
        }),
        finalize(() => remember([])),
      );
    });

/** Hidden values to predictions after each row's last position. */
export const decoding = (decoder: Decoder, run: StepContext): OperatorFunction<unknown, Prediction> => {
  const last = run.random.map(() => 1);
  return concatMap(async (hidden) => decoder.decode(hidden, last, run));
};

/** Predictions to choices, the sampler's state carried on; `rows` of a request are its prompt and what was chosen so far. */
export const sampling =
  (sampler: Sampler, request: Request): OperatorFunction<Prediction, Choice> =>
  (source) =>
    defer(() => {
      let rows: Batch<Tokens> = request.prompt.map(({ tokens }) => tokens);
      let state: unknown;
      return source.pipe(
        concatMap(async (prediction) => {
          const choice = await sampler.sample(prediction, rows, state, request);
          state = choice.state;
          rows = grown(rows, choice, prediction.extent);
          return choice;
        }),
        finalize(() => state !== undefined && sampler.release?.(state)),
      );
    });

/** Items to measures, once all have passed; of none, there are none. */
export const evaluating =
  (evaluator: Evaluator): OperatorFunction<Item, Measures> =>
  (source): Observable<Measures> =>
    source.pipe(
      reduce((tally: Promise<unknown> | undefined, item) => (async () => evaluator.evaluate(item, await tally))(), undefined),
      concatMap(async (tally) => (tally ? evaluator.report(await tally) : {})),
    );
