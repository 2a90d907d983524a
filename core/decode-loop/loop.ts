import type { TokenLogprobs } from '../data/logprobs.ts';
import type { Prediction } from '../data/prediction.ts';
import { append, type Batch, EMPTY, type Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Model } from '../stages/model.ts';
import type { Request, Sampler } from '../stages/sample.ts';
import { checkChoice } from './choice.ts';
import { emittedLogprobs } from './emitted-logprobs.ts';
import { grown } from './grown.ts';
import { beforeMinimum } from './minimum.ts';
import { drop } from './release.ts';
import { type Flow, flow } from './stream.ts';

/** What a reader of the stream sees. */
export interface Step {
  /** What the request tells now; where it says what ends it, that is the last. */
  readonly emitted: Tokens;
  readonly rows: Batch<Tokens>;
  readonly prediction: Prediction;
  /** Where they were asked for, one for each of `emitted`. */
  readonly logprobs?: readonly TokenLogprobs[];
  /** Why nothing more will come, with the last step: an id ended the row, its length was reached, the sampler or the row had its last round. */
  readonly ended?: 'stop' | 'length' | 'done';
}

/** Prefills are read in pieces of so many tokens, so that a cancellation is heard between them. */
const CHUNK = 2048;

/** After so many milliseconds the loop lets timers and sockets have their turn: a backend that answers at once would keep them waiting for ever. */
const TURN = 5;

/** One request, step by step, as slowly as it is pulled; leaving releases what it holds. `chunk`: Infinity for a backend that reads `whole` rows. */
export async function* steps(model: Model, sampler: Sampler, request: Request, chunk: number = CHUNK): AsyncGenerator<Step, void> {
  const signal = request.signal ?? NEVER;
  let rows: Batch<Tokens> = request.prompt.map((row) => row.tokens);
  let given = request.prompt.map((row) => row.given);
  let begun = rows.map((row) => row.length);
  let fresh = rows;
  let positions = rows.map((row) => (sampler.reads === 'all' ? row.length : 1));
  let memory: Batch<unknown> = rows.map(() => undefined); // of what was read before `fresh`
  let after: Batch<unknown> = []; // of what was read with it
  let random = rows.map(() => request.random);
  let task = rows.map(() => request.task);
  let kept: unknown[] = []; // what the next step leans on, while it is put together
  const logprobsOf = request.logprobs === undefined ? undefined : emittedLogprobs(request.logprobs);
  let told = 0;
  let state: unknown;
  let turn = performance.now();

  const read = async (fresh: Batch<Tokens>, positions: readonly number[]): Promise<Prediction> => {
    signal.throwIfAborted();
    checkLengths(rows, model.context);
    if (performance.now() - turn > TURN) {
      await new Promise(setImmediate);
      signal.throwIfAborted();
      turn = performance.now();
    }
    const out = await model.forward({ inputIds: fresh, memory, positions, signal, given, random, task });
    after = out.memory;
    return out.prediction;
  };
  const move = (next: Batch<unknown>): void => {
    if (model.release) drop(model, [...memory, ...after], next);
    memory = next;
    after = [];
  };

  try {
    for (let longest = Math.max(...fresh.map((f) => f.length)); longest > chunk && sampler.reads !== 'all'; longest -= chunk) {
      const cut = (f: Tokens): number => Math.max(0, f.length - longest + chunk);
      await read(
        fresh.map((f) => f.subarray(0, cut(f))),
        rows.map(() => 0),
      );
      move(after);
      fresh = fresh.map((f) => f.subarray(cut(f)));
    }
    for (;;) {
      const prediction = await read(fresh, positions);
      const least = request.least ?? 0;
      const shown = told < least ? beforeMinimum(prediction, rows, begun, request) : prediction;
      const choosing = sampler.sample(shown, rows, state, request);
      const choice = choosing instanceof Promise ? await choosing : choosing;
      state = choice?.state;
      checkChoice(choice, prediction);
      const whole = prediction.extent === 'whole';
      const { parents, rollback } = choice;
      const first = parents?.[0] ?? 0; // whose positions predict what is emitted
      const ahead = whole ? 0 : begun[first]! + told - (rows[first]!.length - prediction.counts[first]! + 1);
      kept = [];
      const next: Tokens[] = [];
      for (let i = 0; i < choice.inputIds.length; i++) {
        const parent = parents?.[i] ?? i;
        const taken = rollback?.[i] ?? 0;
        const says = choice.inputIds[i]!;
        if (taken === 0) {
          kept.push(after[parent]);
          next.push(says);
        } else if (model.rewind) {
          kept.push(model.rewind(after[parent], taken));
          next.push(says);
        } else {
          const read = fresh[parent]!;
          kept.push(memory[parent]);
          next.push(append(read.subarray(0, read.length - taken), 0, says));
        }
      }
      if (parents) {
        given = parents.map((parent) => given[parent]);
        begun = parents.map((parent) => begun[parent]!);
      }
      if (next.length !== rows.length) {
        random = next.map(() => request.random);
        task = next.map(() => request.task);
      }
      rows = grown(rows, choice, prediction.extent);
      move(kept);
      kept = [];
      positions = choice.inputIds.map((f) => f.length);
      fresh = next;

      const last = choice.done || (whole && !prediction.left?.some((rounds) => rounds > 0));
      let emitted = choice.emitted ?? (whole && !last ? EMPTY : (choice.inputIds[0] ?? EMPTY));
      const end = request.stop === undefined || whole ? -1 : endOf(emitted, request.stop);
      if (end >= 0) emitted = emitted.subarray(0, end + 1);
      if (!whole && emitted.length > request.limit - told) emitted = emitted.subarray(0, request.limit - told);
      told += emitted.length;
      const ended = end >= 0 && emitted.length > end ? 'stop' : last ? 'done' : !whole && told >= request.limit ? 'length' : undefined;
      const step = logprobsOf
        ? { emitted, rows, prediction, logprobs: logprobsOf(prediction, first, ahead, emitted) }
        : { emitted, rows, prediction };
      if (ended) {
        yield { ...step, ended };
        return;
      }
      yield step;
    }
  } finally {
    drop(model, [...memory, ...after, ...kept]);
    if (state !== undefined) await sampler.release?.(state); // of one that promises, the failure would be nobody's
  }
}

/** The same as a stream: unsubscribing, an error or `take(n)` aborts, and the loop is idle within one step. */
export const generate = (model: Model, sampler: Sampler, request: Request, chunk?: number): Flow<Step> =>
  flow((signal) => steps(model, sampler, { ...request, signal }, chunk), request.signal);

/** Where the first of the ids stands that end a row; −1 where none does. */
export const endOf = (emitted: Tokens, stop: readonly number[]): number => emitted.findIndex((id) => stop.includes(id));

const NEVER = new AbortController().signal;

const checkLengths = (rows: Batch<Tokens>, context = Infinity): void => {
  for (const { length } of rows) if (length > context) throw errors.CONTEXT_EXCEEDED(length, context);
};
