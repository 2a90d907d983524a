import type { Batch, Decoder, Prediction, Tokens } from '../../core/index.ts';
import type { Hidden } from './encode.ts';
import { nearestIds, realsOf, spokenIds } from './matter.ts';
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
    const scores =
      judging.length > 0
        ? await this.#model.judge(judging.map(({ judged, label }) => ({ reals: realsOf(blueprint, [{ tokens: judged }]), label })))
        : [];
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
      return blueprint.network === 'text' ? spokenIds(one, blueprint.levels, row.letters) : nearestIds(one, blueprint.levels);
    });
    return {
      kind: 'point',
      extent: 'whole',
      counts: rows.map(({ length }) => length),
      rows,
      ...(scores.length === rows.length && { features: { dims: [all.length, 1], data: Float32Array.from(all) } }),
    };
  }
}
