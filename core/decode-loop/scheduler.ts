import { slice } from '../data/prediction.ts';
import type { Batch } from '../data/tokens.ts';
import type { ForwardInput, ForwardOutput, Model, PriceInput, PriceOutput } from '../stages/model.ts';
import { type Asked, type Part, partsOf, type Waiting } from './passes.ts';
import { drop } from './release.ts';

/**
 * Many requests through one backend: whoever asks while a pass runs shares the next one, of at most `width` rows; joining, leaving and pausing need nothing more.
 * A pass reads at most `chunk` tokens, but for what cannot be cut; a prefill that is longer is read in pieces beside the others' steps (Infinity: whole, as a backend of whole rows needs it).
 */
export const shared = (model: Model, width: number, chunk = Number.POSITIVE_INFINITY): Model => {
  let waiting: Waiting[] = [];
  let busy = false;
  let away = 0; // who were answered and did not ask again so far

  /** One pass of all parts, each answer handed on. */
  const join = async (parts: readonly Part[]): Promise<void> => {
    if (parts.length === 1) return alone(parts[0]!);
    let outs: readonly (ForwardOutput | PriceOutput)[];
    try {
      outs = apart(await pass(parts, NEVER), parts);
    } catch {
      for (const part of parts) await alone(part); // memory is a value: each may be tried again, and its error is its own
      return;
    }
    for (const [i, part] of parts.entries()) answerOrFail(part, outs[i]!);
  };

  const alone = async (part: Part): Promise<void> => {
    try {
      answerOrFail(part, await pass([part], part.of.asked.signal));
    } catch (error) {
      fail(part.of, error);
    }
  };

  const pass = (parts: readonly Part[], signal: AbortSignal): Promise<ForwardOutput | PriceOutput> =>
    parts[0]!.of.asked.targets ? model.price!(priceOf(parts, signal)) : model.forward(readOf(parts, signal));

  const answer = ({ of, cut }: Part, out: ForwardOutput | PriceOutput): void => {
    letGo(of, out.memory);
    if (cut) {
      of.fresh = of.fresh.map((fresh, i) => fresh.subarray(cut[i]));
      of.memory = out.memory;
    } else {
      away++;
      of.resolve(out as ForwardOutput & PriceOutput);
    }
  };

  /** What goes wrong with one answer, a memory that cannot be released, is that asker's affair. */
  const answerOrFail = (part: Part, out: ForwardOutput | PriceOutput): void => {
    try {
      answer(part, out);
    } catch (error) {
      fail(part.of, error);
    }
  };

  const fail = (one: Waiting, error: unknown): void => {
    one.failed = true;
    one.reject(error);
    try {
      letGo(one, []);
    } catch {
      // it has an error already
    }
  };

  /** What was read in pieces so far is let go, but not what its asker holds. */
  const letGo = ({ asked, memory }: Waiting, next: Batch<unknown>): void => {
    if (memory !== asked.memory) drop(model, memory, [...next, ...asked.memory]);
  };

  const drain = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      await new Promise(setImmediate); // all who were just answered may ask again
      if (away > 0) await new Promise(setImmediate); // also who gave the event loop a turn of their own
      away = 0;
      for (const one of waiting) if (one.asked.signal.aborted) fail(one, one.asked.signal.reason);
      const { parts, rest } = partsOf(
        waiting.filter(({ failed }) => !failed),
        width,
        chunk,
      );
      waiting = rest;
      if (parts.length > 0) await join(parts);
      waiting = waiting.filter(({ failed }) => !failed);
    }
    busy = false;
  };

  const ask = <Answer extends ForwardOutput | PriceOutput>(asked: Asked): Promise<Answer> =>
    new Promise((resolve, reject) => {
      away--;
      waiting.push({ asked, fresh: asked.inputIds, memory: asked.memory, failed: false, resolve: resolve as Waiting['resolve'], reject });
      if (!busy) void drain();
    });

  return {
    ...model,
    forward: (reading) => ask<ForwardOutput>(reading),
    ...(model.price && { price: (pricing: PriceInput) => ask<PriceOutput>(pricing) }),
  };
};

/** An answer to all, part by part. */
const apart = (out: ForwardOutput | PriceOutput, parts: readonly Part[]): (ForwardOutput | PriceOutput)[] => {
  let from = 0;
  return parts.map(({ of }) => {
    const to = from + of.fresh.length;
    const memory = out.memory.slice(from, to);
    const one = 'nats' in out ? { nats: out.nats.slice(from, to), memory } : { prediction: slice(out.prediction, from, to), memory };
    from = to;
    return one;
  });
};

/** One reading of all rows; where many share it, it is aborted by nobody, since neighbours wait for it. */
const allOf = (parts: readonly Part[], signal: AbortSignal): Omit<ForwardInput, 'positions'> => ({
  inputIds: parts.flatMap(({ of, cut }) => (cut ? of.fresh.map((fresh, i) => fresh.subarray(0, cut[i])) : of.fresh)),
  memory: parts.flatMap(({ of }) => of.memory),
  random: parts.flatMap(({ of }) => of.asked.random),
  given: parts.flatMap(({ of }) => of.asked.given),
  task: parts.flatMap(({ of }) => of.asked.task),
  signal,
});

const readOf = (parts: readonly Part[], signal: AbortSignal): ForwardInput => ({
  ...allOf(parts, signal),
  positions: parts.flatMap(({ of, cut }) => (cut ? cut.map(() => 0) : of.asked.positions!)),
});

const priceOf = (parts: readonly Part[], signal: AbortSignal): PriceInput => ({
  ...allOf(parts, signal),
  targets: parts.flatMap(({ of }) => of.asked.targets!),
});

const NEVER = new AbortController().signal;
