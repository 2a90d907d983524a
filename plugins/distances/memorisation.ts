import type { Static } from 'typebox';
import type { Evaluator, Item, Measures } from '../../core/index.ts';
import type { Features } from './features.ts';
import { measure } from './measure.ts';
import type { MemorisationOptions } from './options.ts';
import { emptySet, type Keeping, mergeSets, pointsOf, type RowSet, withSeen } from './row-set.ts';
import type { Waiting } from './rows.ts';

/** The sets that are compared, and the labelled rows that a classifier learns from. */
export interface MemorisationTally {
  readonly real: RowSet;
  readonly generated: RowSet;
  readonly training: RowSet;
}

/** So many rows are looked at together. */
const TOGETHER = 256;

/** Whether generated rows are nearer to those learned from than to as many held-out ones. */
export class Memorisation implements Evaluator<MemorisationTally> {
  readonly #settings: Static<typeof MemorisationOptions>;
  readonly #features: Features;
  readonly #keeping: Keeping;

  constructor(settings: Static<typeof MemorisationOptions>, features: Features) {
    this.#settings = settings;
    this.#features = features;
    this.#keeping = { rows: settings.rows, groups: () => 0 };
  }

  async evaluate(
    item: Item,
    tally: MemorisationTally = { real: emptySet(), generated: emptySet(), training: emptySet() },
  ): Promise<MemorisationTally> {
    if (item.kind === 'scored') return tally;
    const set = tally[item.kind];
    set.waiting.push(this.#features.pack(item.row));
    if (this.#features.waits || set.waiting.length < TOGETHER) return tally;
    return { ...tally, [item.kind]: await this.#seen(set, []) };
  }

  merge(first: MemorisationTally, second: MemorisationTally): MemorisationTally {
    const both = (kind: keyof MemorisationTally): RowSet => mergeSets(first[kind], second[kind], this.#keeping);
    return { real: both('real'), generated: both('generated'), training: both('training') };
  }

  async report({ real, generated, training }: MemorisationTally): Promise<Measures> {
    const learnable = training.waiting;
    const of = async (set: RowSet) => pointsOf(await this.#seen(set, learnable));
    const points = { real: await of(real), generated: await of(generated), training: await of(training) };
    return measure({ kind: 'memorisation', ...points, resamples: this.#settings.resamples });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#features.close();
  }

  async #seen(set: RowSet, training: readonly Waiting[]): Promise<RowSet> {
    return set.waiting.length === 0 ? set : withSeen(set, await this.#features.look(set.waiting, training), this.#keeping);
  }
}
