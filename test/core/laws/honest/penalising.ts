import { type ProcessContext, type Processor, processed, type Sampler, Type } from '../../../../core/index.ts';
import type { ProcessorSubject } from '../../../../core/laws/index.ts';
import { Filtering, type Settings } from './filtering.ts';

const PenalisingOptions = Type.Object({ strength: Type.Number({ minimum: 0, maximum: 4, default: 1 }) }, { additionalProperties: false });

/** How often each id was seen, and in how many tokens. */
export interface Counts {
  readonly length: number;
  readonly of: ReadonlyMap<number, number>;
}

/** A processor that is right: ids are taken down by a little for each time that the row holds them. */
export class Penalising implements Processor<Counts> {
  readonly strength: number;

  constructor({ strength = 1 }: { readonly strength?: number } = {}) {
    this.strength = strength;
  }

  count({ tokens }: ProcessContext, before: Counts = { length: 0, of: new Map() }): Counts {
    const of = new Map(before.of);
    for (const id of tokens.subarray(before.length)) of.set(id, (of.get(id) ?? 0) + 1);
    return { length: tokens.length, of };
  }

  process(logits: Float32Array, context: ProcessContext, before: Counts | undefined): Counts {
    const counts = this.count(context, before);
    for (const [id, times] of counts.of) logits[id] = this.less(logits[id]!, times);
    return counts;
  }

  less(logit: number, times: number): number {
    return logit - this.strength * times;
  }
}

/** A processor of these settings under its laws. */
export const processorOf = (make: (settings: { readonly strength?: number }) => Processor): ProcessorSubject => ({
  make,
  schema: PenalisingOptions,
});

/** Keeps what one filter of `Filtering` keeps. */
const filter = (settings: Partial<Settings>): Processor => ({
  process(logits) {
    const filtering = new Filtering(settings);
    const kept = filtering.kept(filtering.probabilities(logits));
    for (let id = 0; id < logits.length; id++)
      logits[id] = kept[id] === 0 ? Number.NEGATIVE_INFINITY : settings.temperature === undefined ? logits[id]! : Math.log(kept[id]!);
    return undefined;
  },
});

/** `Filtering` as a chain; its filters all look at the probabilities of all, so that one processor does them. */
export const chained = (settings: Partial<Settings>): Sampler =>
  processed([{ name: 'filter', processor: filter({ temperature: 1, ...settings }) }], new Filtering());
