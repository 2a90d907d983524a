import { logitsAt, type Prediction, vocabularyOf } from '../data/prediction.ts';
import type { Batch, Tokens } from '../data/tokens.ts';
import { errors } from '../errors.ts';
import type { Processor } from '../stages/process.ts';
import type { Choice, Request, Sampler } from '../stages/sample.ts';
import { blame } from './guard.ts';

/** A processor with the name to blame in errors. */
export interface NamedProcessor {
  readonly name: string;
  readonly processor: Processor;
}

/** What is carried of one row. */
interface Row {
  readonly promptLength: number;
  readonly given: Tokens | undefined;
  /** Of each processor what it answered last. */
  readonly states: readonly unknown[];
}

interface State {
  readonly rows: readonly Row[];
  /** What the sampler itself carries. */
  readonly inner: unknown;
  /** The processed logits, which belong to the request: written anew at every step. */
  readonly logits: Float32Array;
}

/** The same sampler, which sees the logits that processors made of what was predicted, in their order. */
export const processed = (processors: readonly NamedProcessor[], sampler: Sampler): Sampler => {
  if (processors.length === 0) return sampler;
  const sample = (prediction: Prediction, rows: Batch<Tokens>, before: State | undefined, request: Request) => {
    const carried = before?.rows ?? request.prompt.map(({ tokens, given }) => ({ promptLength: tokens.length, given, states: [] }));
    const { after, logits, seen } = process(processors, prediction, rows, carried, before?.logits, request);
    const carry = (choice: Choice): Choice<State> => {
      const parents = choice.parents ?? choice.inputIds.map((_, i) => i);
      const next = parents.map((parent, i) => ((choice.rollback?.[i] ?? 0) === 0 ? after[parent]! : { ...after[parent]!, states: [] }));
      return { ...choice, state: { rows: next, inner: choice.state, logits } };
    };
    const choosing = sampler.sample(seen, rows, before?.inner, request);
    return choosing instanceof Promise ? choosing.then(carry) : carry(choosing);
  };
  return {
    ...(sampler.reads && { reads: sampler.reads }),
    ...(sampler.release && { release: ({ inner }: State) => (inner === undefined ? undefined : sampler.release!(inner)) }),
    sample,
  } as Sampler;
};

/** A processor that answers later would change logits that were chosen from by then. */
const promised = (name: string, later: Promise<unknown>): Error => {
  later.catch(() => undefined);
  return errors.WRONG_SHAPE('process', name, 'a promise; logits are changed in place, before it returns');
};

/** Why nothing can be chosen among logits, if so. */
const faultIn = (logits: Float32Array): string | undefined => {
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (!(logit < Number.POSITIVE_INFINITY)) return `the logit of id ${id} is ${logit}`;
    if (logit > highest) highest = logit;
  }
  return highest === Number.NEGATIVE_INFINITY ? 'every id is forbidden' : undefined;
};

const process = (
  processors: readonly NamedProcessor[],
  prediction: Prediction,
  rows: Batch<Tokens>,
  carried: readonly Row[],
  room: Float32Array | undefined,
  { random }: Request,
): { readonly after: readonly Row[]; readonly logits: Float32Array; readonly seen: Prediction } => {
  if (prediction.kind !== 'categorical') throw errors.NO_LOGITS(processors[0]!.name, prediction.kind);
  const { counts, extent } = prediction;
  const width = vocabularyOf(prediction.logits);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const logits = room && room.length >= total * width ? room : new Float32Array(total * width);
  let at = 0;
  const after = carried.map(({ promptLength, given, states }, row): Row => {
    const tokens = rows[row]!;
    const count = counts[row]!;
    let now = states;
    for (let i = 0; i < count; i++) {
      const one = logits.subarray(at * width, (at + 1) * width);
      const found = logitsAt(prediction.logits, at++, one);
      if (found !== one) one.set(found);
      const context = {
        tokens: extent === 'whole' ? tokens : tokens.subarray(0, tokens.length - count + 1 + i),
        position: extent === 'whole' ? i : tokens.length - count + 1 + i,
        promptLength,
        given,
        random,
      };
      const previous = now;
      now = processors.map(({ name, processor }, k) => {
        try {
          const state: unknown = processor.process(one, context, previous[k]);
          if (state instanceof Promise) throw promised(name, state);
          return state;
        } catch (error) {
          throw blame('process', name, error);
        }
      });
      const fault = faultIn(one);
      if (fault !== undefined)
        throw errors.NO_LOGIT_LEFT(
          processors.map(({ name }) => name),
          fault,
        );
    }
    return { promptLength, given, states: now };
  });
  return { after, logits, seen: { ...prediction, logits: { dims: [total, width], data: logits.subarray(0, total * width) } } };
};
