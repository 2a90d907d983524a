import type { Static } from 'typebox';
import type { Evaluator, Item, Measures } from '../../core/index.ts';
import { errors } from './errors.ts';
import type { Features } from './features.ts';
import { measure } from './measure.ts';
import type { ClassifiedSet } from './measures/measure-classes.ts';
import type { ClassesOptions } from './options.ts';
import type { Waiting } from './rows.ts';

/** Rows that wait to be told. */
export interface ClassesTally {
  readonly real: Waiting[];
  readonly generated: Waiting[];
  readonly training: Waiting[];
}

/** Which classes generated rows are of, by a classifier: the Inception Score, classes that are missing, labels that were obeyed. */
export class Classes implements Evaluator<ClassesTally> {
  readonly #settings: Static<typeof ClassesOptions>;
  readonly #features: Features;

  constructor(settings: Static<typeof ClassesOptions>, features: Features) {
    this.#settings = settings;
    this.#features = features;
  }

  evaluate(item: Item, tally: ClassesTally = { real: [], generated: [], training: [] }): ClassesTally {
    if (item.kind !== 'scored') tally[item.kind].push(this.#features.pack(item.row));
    return tally;
  }

  merge(first: ClassesTally, second: ClassesTally): ClassesTally {
    return {
      real: [...first.real, ...second.real],
      generated: [...first.generated, ...second.generated],
      training: [...first.training, ...second.training],
    };
  }

  async report({ real, generated, training }: ClassesTally): Promise<Measures> {
    const [held, made] = [await this.#told(real, training), await this.#told(generated, training)];
    return measure({ kind: 'classes', real: held, generated: made, resamples: this.#settings.resamples });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#features.close();
  }

  async #told(rows: readonly Waiting[], training: readonly Waiting[]): Promise<ClassifiedSet> {
    const sorted = [...rows].sort((a, b) => a.hash - b.hash);
    const { logits } = await this.#features.look(sorted, training);
    const { features } = this.#settings;
    if (!logits) throw errors.DISTANCE_NO_LOGITS(typeof features === 'object' ? features.network : features);
    return { logits, labels: Int32Array.from(sorted, ({ label }) => label ?? -1) };
  }
}
