import type { Prediction } from '../data/prediction.ts';
import { isSparse } from '../data/prediction.ts';
import type { Batch } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import { show } from '../settings/wording.ts';
import type { Attention } from '../stages/attend.ts';
import type { Decoder } from '../stages/decode.ts';
import type { Encoder } from '../stages/encode.ts';
import type { ForwardInput, Model } from '../stages/model.ts';
import { blame, within } from './guard.ts';
import { drop } from './release.ts';

/** A backend's three stages. */
export interface Stages {
  readonly encoder: Encoder;
  readonly attention: Attention;
  readonly decoder: Decoder;
}

/** What each of the three is called in errors, and how long one call of it may take, in seconds. */
export interface Naming {
  readonly names?: Readonly<Record<Verb, string>>;
  readonly timeouts?: Readonly<Partial<Record<Verb, number | undefined>>>;
}

type Verb = 'encode' | 'attend' | 'decode';

/** Encode, attend and decode as one model, whose errors name the stage at fault and whose answers have the promised shapes. */
export const assemble = ({ encoder, attention, decoder }: Stages, { names, timeouts }: Naming = {}): Model => {
  const nameOf = (verb: Verb): string => names?.[verb] ?? 'backend';
  const strange = strangeIn(encoder);
  if (strange) throw errors.WRONG_SHAPE('encode', nameOf('encode'), strange);

  const failed = (verb: Verb, error: unknown): unknown => blame(verb, nameOf(verb), error);

  const wait = async <T>(verb: Verb, result: Promise<T>, late?: (result: T) => void): Promise<T> => {
    const seconds = timeouts?.[verb];
    try {
      return await (seconds === undefined
        ? result
        : within(result, seconds, () => errors.STAGE_TIMEOUT(verb, nameOf(verb), seconds), late));
    } catch (error) {
      throw failed(verb, error);
    }
  };

  /** A stage that answers at once is not waited for: a promise a token is what a fast backend would spend its time on. */
  const call = <T>(verb: Verb, work: () => T | Promise<T>, late?: (result: T) => void): T | Promise<T> => {
    try {
      const result = work();
      return result instanceof Promise ? wait(verb, result, late) : result;
    } catch (error) {
      throw failed(verb, error);
    }
  };

  const through = async <T>(
    reading: Omit<ForwardInput, 'positions'>,
    last: (hidden: unknown) => T | Promise<T>,
    faultOf: (result: T) => string | undefined,
  ): Promise<{ result: T; memory: Batch<unknown> }> => {
    const { inputIds, memory } = reading;
    const encoding = call('encode', () => encoder.encode(inputIds, reading));
    const hidden = encoding instanceof Promise ? await encoding : encoding;
    const attending = call(
      'attend',
      () => attention.attend(hidden, memory, reading),
      (late) => drop(attention, late?.memory ?? [], memory),
    );
    const attended = attending instanceof Promise ? await attending : attending;
    try {
      if (attended?.memory?.length !== inputIds.length)
        throw errors.WRONG_SHAPE('attend', nameOf('attend'), `${attended?.memory?.length} memories for ${inputIds.length} rows`);
      const decoding = call('decode', () => last(attended.hidden));
      const result = decoding instanceof Promise ? await decoding : decoding;
      const fault = faultOf(result);
      if (fault) throw errors.WRONG_SHAPE('decode', nameOf('decode'), fault);
      return { result, memory: attended.memory };
    } catch (error) {
      drop(attention, attended?.memory ?? [], memory); // a row that read nothing may have its caller's memory still
      throw error;
    }
  };

  /** What becomes of a memory is attend's affair, its errors too. */
  const blamed = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw failed('attend', error);
    }
  };

  return {
    ...(encoder.context !== undefined && { context: encoder.context }),
    ...(encoder.start !== undefined && { start: encoder.start }),
    ...(encoder.stop && { stop: encoder.stop }),
    ...(attention.rewind && { rewind: (memory: unknown, tokens: number) => blamed(() => attention.rewind!(memory, tokens)) }),
    ...(attention.release && { release: (memory: unknown) => blamed(() => attention.release!(memory)) }),
    async forward(reading) {
      const { result, memory } = await through(
        reading,
        (hidden) => decoder.decode(hidden, reading.positions, reading),
        (prediction) => faultIn(prediction, reading.positions, reading.inputIds),
      );
      return { prediction: result, memory };
    },
    ...(decoder.price && {
      async price(pricing) {
        const { targets } = pricing;
        const { result, memory } = await through(
          pricing,
          (hidden) => decoder.price!(hidden, targets, pricing),
          (nats) =>
            nats?.length === targets.length && nats.every((row, i) => row.length === targets[i]!.length)
              ? undefined
              : 'not one price a target',
        );
        return { nats: result, memory };
      },
    }),
  };
};

const isId = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 0;

/** What is wrong with what an encoder says of itself, if anything. */
const strangeIn = ({ context, start, stop }: Encoder): string | undefined => {
  if (context !== undefined && context !== Infinity && !(Number.isInteger(context) && context > 0))
    return `its "context" is ${show(context)}, and must be a whole number of at least 1; of no limit, leave it out`;
  if (start !== undefined && !isId(start)) return `its "start" is ${show(start)}, and must be an id`;
  return stop === undefined || (Array.isArray(stop) && stop.every(isId)) ? undefined : `its "stop" is ${show(stop)}, and must list ids`;
};

/** What is wrong with a prediction's shape, if anything; looks at lengths only. */
const faultIn = (prediction: Prediction, positions: readonly number[], fresh: Batch<ArrayLike<number>>): string | undefined => {
  const counts = prediction?.counts;
  if (counts?.length !== fresh.length) return `${counts?.length} counts for ${fresh.length} rows`;
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (prediction.extent === 'next' && counts[i] !== positions[i]) return `${counts[i]} positions where ${positions[i]} were asked`;
    total += counts[i]!;
  }
  switch (prediction.kind) {
    case 'categorical': {
      const { logits } = prediction;
      if (
        isSparse(logits) &&
        !(logits.offsets instanceof Int32Array && logits.ids instanceof Int32Array && logits.logits instanceof Float32Array)
      )
        return 'sparse logits that are no typed arrays: offsets and ids of Int32Array, logits of Float32Array';
      if (isSparse(logits))
        return logits.offsets.length === total + 1 ? undefined : `${logits.offsets.length - 1} sparse rows for ${total} positions`;
      if (!(logits.data instanceof Float32Array)) return 'logits whose data is no Float32Array';
      const width = logits.dims.at(-1) ?? 0;
      return logits.data.length === total * width ? undefined : `logits of ${logits.data.length} values for ${total} positions of ${width}`;
    }
    case 'logistic': {
      const { mean, logScale } = prediction;
      return mean.data.length === total && logScale.data.length === total
        ? undefined
        : `${mean.data.length} means and ${logScale.data.length} scales for ${total} positions`;
    }
    case 'point':
      return prediction.rows.length === fresh.length ? undefined : `${prediction.rows.length} samples for ${fresh.length} rows`;
    default:
      return `the unknown kind "${(prediction as { kind: unknown }).kind}"`;
  }
};
