import type { Batch, Decoder, Prediction, Tokens } from '../../core/index.ts';
import type { Hidden } from './encode.ts';
import { decodedIds, nearestIds, realsOf } from './matter.ts';
import type { GanModel } from './model.ts';

/** The generator: a row without a distribution. Rows that are judged come back with their score at every position, as features. */
export class GanDecoder implements Decoder<Batch<Hidden>> {
  readonly #model: GanModel;

  constructor(model: GanModel) {
    this.#model = model;
  }

  async decode(hidden: Batch<Hidden>): Promise<Prediction> {
    const making = hidden.filter((row) => 'latent' in row);
    const judging = hidden.filter((row) => 'judged' in row);
    const { blueprint } = this.#model;
    const made = making.length > 0 ? await this.#model.generate(making) : [];
    const scores = judging.length > 0 ? await this.#judge(judging) : [];
    const score = scores.values();
    const numbers = made.values();
    const all: number[] = [];
    const rows = hidden.map((row): Tokens => {
      if ('judged' in row) {
        const one = score.next().value!;
        for (let i = 0; i < row.judged.length; i++) all.push(one);
        return row.judged;
      }
      const one = numbers.next().value!;
      return blueprint.network === 'text' ? decodedIds(one, blueprint.levels, row.letters) : nearestIds(one, blueprint.levels);
    });
    return {
      kind: 'point',
      extent: 'whole',
      counts: rows.map(({ length }) => length),
      rows,
      ...(scores.length === rows.length && { features: { dims: [all.length, 1], data: Float32Array.from(all) } }),
    };
  }

  /** A row without a label is as real as it looks under the label that suits it best. */
  async #judge(rows: readonly Extract<Hidden, { judged: Tokens }>[]): Promise<number[]> {
    const { blueprint } = this.#model;
    const every = Array.from({ length: Math.max(1, blueprint.classes) }, (_, label) => label);
    const labels = rows.map(({ label }) => (label === undefined ? every : [label]));
    const asked = rows.flatMap(({ judged }, row) => {
      const reals = realsOf(blueprint, [{ tokens: judged }]);
      return labels[row]!.map((label) => ({ reals, label }));
    });
    const scores = (await this.#model.judge(asked)).values();
    return labels.map((some) => Math.max(...some.map(() => scores.next().value!)));
  }
}
