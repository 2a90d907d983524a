import type { ProcessContext } from '../../../../core/index.ts';
import type { ProcessorSubject } from '../../../../core/laws/index.ts';
import { type Counts, Penalising, processorOf } from '../honest/penalising.ts';

class Forbids extends Penalising {
  override less(): number {
    return Number.NEGATIVE_INFINITY;
  }
}

class Sorts extends Penalising {
  override count(context: ProcessContext, before?: Counts): Counts {
    context.tokens.sort();
    return super.count(context, before);
  }
}

class Remembers extends Penalising {
  #counts: Counts | undefined;
  override count(context: ProcessContext): Counts {
    this.#counts = super.count(context, this.#counts);
    return this.#counts;
  }
}

class CountsInPlace extends Penalising {
  override count({ tokens }: ProcessContext, before: Counts = { length: 0, of: new Map() }): Counts {
    const of = before.of as Map<number, number>;
    for (const id of tokens.subarray(before.length)) of.set(id, (of.get(id) ?? 0) + 1);
    return { length: tokens.length, of };
  }
}

class LastAlone extends Penalising {
  override count(context: ProcessContext, before?: Counts): Counts {
    return super.count(context, before ?? { length: context.tokens.length - 1, of: new Map() });
  }
}

/** A broken processor for each law. */
export const processors: Readonly<Record<string, () => ProcessorSubject>> = {
  'process/leaves-a-choice': () => processorOf((settings) => new Forbids(settings)),
  'process/row-untouched': () => processorOf((settings) => new Sorts(settings)),
  'process/keeps-nothing': () => processorOf((settings) => new Remembers(settings)),
  'process/forks': () => processorOf((settings) => new CountsInPlace(settings)),
  'process/state-of-tokens': () => processorOf((settings) => new LastAlone(settings)),
};
