import type { Batch, Tokens } from '../../data/tokens.ts';
import type { Stages } from '../../decode-loop/model.ts';
import type { StepContext } from '../../stages/step-context.ts';
import { errors } from '../runner/errors.ts';
import type { Clock } from './clock.ts';

/** A stage's verb, or the attention's way back. */
export type Scripted = 'encode' | 'attend' | 'decode' | 'price' | 'rewind';

/** What befalls a backend: how long each verb takes, and at which of its calls, counted from 1, it fails. */
export interface Script {
  /** In milliseconds; 0 is one turn of the event loop; absent: it answers at once. */
  readonly latency?: Partial<Readonly<Record<Exclude<Scripted, 'rewind'>, number>>>;
  /** Whose milliseconds; absent: real ones. */
  readonly clock?: Clock;
  readonly failures?: readonly { readonly verb: Scripted; readonly call: number; readonly error?: Error }[];
}

/** The same stages under a script; `failed` says how many of its failures have come to pass. */
export const scripted = (stages: Stages, { latency = {}, clock, failures = [] }: Script): Stages & { failed(): number } => {
  const { encoder, attention, decoder } = stages;
  const calls = new Map<Scripted, number>();
  let failed = 0;

  const fail = (verb: Scripted): void => {
    const call = (calls.get(verb) ?? 0) + 1;
    calls.set(verb, call);
    const failure = failures.find((one) => one.verb === verb && one.call === call);
    if (!failure) return;
    failed++;
    throw failure.error ?? errors.SCRIPTED(verb, call);
  };
  const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    clock
      ? clock.sleep(milliseconds, signal)
      : new Promise((resolve) => (milliseconds === 0 ? setImmediate(resolve) : setTimeout(resolve, milliseconds)));
  const play = <T>(verb: Exclude<Scripted, 'rewind'>, signal: AbortSignal, work: () => T | Promise<T>): T | Promise<T> => {
    const milliseconds = latency[verb];
    const now = (): T | Promise<T> => {
      fail(verb);
      return work();
    };
    return milliseconds === undefined ? now() : sleep(milliseconds, signal).then(now);
  };

  return {
    failed: () => failed,
    encoder: {
      ...(encoder.context !== undefined && { context: encoder.context }),
      encode: (fresh, run) => play('encode', run.signal, () => encoder.encode(fresh, run)),
    },
    attention: {
      ...(attention.release && { release: (memory: unknown) => attention.release!(memory) }),
      attend: (hidden, memory, run) => play('attend', run.signal, () => attention.attend(hidden, memory, run)),
      ...(attention.rewind && {
        rewind: (memory: unknown, tokens: number) => {
          fail('rewind');
          return attention.rewind!(memory, tokens);
        },
      }),
    },
    decoder: {
      decode: (hidden, positions, run) => play('decode', run.signal, () => decoder.decode(hidden, positions, run)),
      ...(decoder.price && {
        price: (hidden: unknown, targets: Batch<Tokens>, run: StepContext) =>
          play('price', run.signal, () => decoder.price!(hidden, targets, run)),
      }),
    },
  };
};
