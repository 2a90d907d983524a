import type { Batch, Encoder, Row, StepContext, Tokens } from '../../core/index.ts';
import type { Latents } from './latents.ts';
import { packGiven } from './layout.ts';
import type { VaeModel } from './model.ts';

/** Rows to their posteriors; a row that reads nothing has none, and stands for the prior. */
export class VaeEncoder implements Encoder<Latents> {
  readonly #model: VaeModel;

  constructor(model: VaeModel) {
    this.#model = model;
  }

  async encode(fresh: Batch<Tokens>, { given, task }: StepContext): Promise<Latents> {
    const { layout, settings } = this.#model;
    const conditions = packGiven(given, layout);
    const subjects = fresh.map((tokens, row): Batch<Row> => {
      const own = given[row];
      const rows = task[row] ? (task[row].rows ?? []) : tokens.length > 0 ? [{ tokens }] : [];
      return own ? rows.map((prompt) => ({ given: own, ...prompt })) : rows;
    });
    const all = subjects.flat();
    if (all.length === 0) return { posteriors: fresh.map(() => []), given: conditions };
    const { mean, variance } = await this.#model.encode(all);
    let at = 0;
    const next = (values: Float32Array): Float32Array => values.subarray(at * settings.latent, (at + 1) * settings.latent);
    const normal = () => {
      const one = { mean: next(mean), variance: next(variance) };
      at++;
      return one;
    };
    return { posteriors: subjects.map((rows) => rows.map(normal)), given: conditions };
  }
}
