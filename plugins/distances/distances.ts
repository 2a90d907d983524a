import type { Static } from 'typebox';
import type { Evaluator, Item, Measures } from '../../core/index.ts';
import type { Features } from './features.ts';
import { measure } from './measure.ts';
import type { DistancesOptions } from './options.ts';
import { emptySet, type Keeping, mergeSets, pointsOf, type RowSet, withSeen } from './row-set.ts';
import type { Waiting } from './rows.ts';

/** The sets that are compared; rows learned from wait for a classifier. */
export interface DistancesTally {
  readonly real: RowSet;
  readonly generated: RowSet;
  readonly training: Waiting[];
}

/** So many rows are looked at together. */
const TOGETHER = 256;

/** So many groups of moments make an interval; of wide features there are two, for the bias alone. */
const groupsOf = (width: number): number => (width <= 256 ? 16 : 2);

/** How far generated rows are from held-out ones, as sets: FID, KID, precision and recall, density and coverage. */
export class Distances implements Evaluator<DistancesTally> {
  readonly #settings: Static<typeof DistancesOptions>;
  readonly #features: Features;
  readonly #keeping: Keeping;

  constructor(settings: Static<typeof DistancesOptions>, features: Features) {
    this.#settings = settings;
    this.#features = features;
    this.#keeping = { rows: settings.rows, groups: settings.measures.includes('fid') ? groupsOf : () => 0 };
  }

  async evaluate(item: Item, tally: DistancesTally = { real: emptySet(), generated: emptySet(), training: [] }): Promise<DistancesTally> {
    if (item.kind === 'scored') return tally;
    const set = item.kind === 'training' ? undefined : tally[item.kind];
    const waiting = set?.waiting ?? tally.training;
    waiting.push(this.#features.pack(item.row));
    if (!set || this.#features.waits || waiting.length < TOGETHER) return tally;
    return { ...tally, [item.kind]: await this.#seen(set, []) };
  }

  merge(first: DistancesTally, second: DistancesTally): DistancesTally {
    return {
      real: mergeSets(first.real, second.real, this.#keeping),
      generated: mergeSets(first.generated, second.generated, this.#keeping),
      training: [...first.training, ...second.training],
    };
  }

  async report({ real, generated, training }: DistancesTally): Promise<Measures> {
    const { measures, neighbours, resamples } = this.#settings;
    const [all, made] = [await this.#seen(real, training), await this.#seen(generated, training)];
    const of = (set: RowSet) => ({ groups: set.groups, points: pointsOf(set) });
    return measure({ kind: 'distances', real: of(all), generated: of(made), measures, neighbours, resamples });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#features.close();
  }

  async #seen(set: RowSet, training: readonly Waiting[]): Promise<RowSet> {
    return set.waiting.length === 0 ? set : withSeen(set, await this.#features.look(set.waiting, training), this.#keeping);
  }
}
