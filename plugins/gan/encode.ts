import { type Batch, type Encoder, normal, type Random, type StepContext, type Tokens } from '../../core/index.ts';
import { errors } from './errors.ts';
import { labelsOf } from './matter.ts';
import type { GanModel, Order } from './model.ts';

/** What becomes of one row: it is made from noise, or it is there and is judged. */
export type Hidden =
  | (Order & {
      /** Gumbel noise for the letters of a text, where they are drawn. */
      readonly letters: Float32Array | undefined;
    })
  | { readonly judged: Tokens /** Absent: whichever suits it best. */; readonly label: number | undefined };

/** The task that has rows judged by the discriminator instead of made: how the evaluator `realism` asks. */
export const DISCRIMINATE = 'judge';

/** Noise and condition. A conditional GAN that is given no label takes one by chance. */
export class GanEncoder implements Encoder<Batch<Hidden>> {
  readonly #model: GanModel;

  constructor(model: GanModel) {
    this.#model = model;
  }

  encode(fresh: Batch<Tokens>, { random, given, task }: StepContext): Batch<Hidden> {
    const { classes } = this.#model.blueprint;
    return fresh.map((tokens, row): Hidden => {
      const luck = random[row]!;
      if (task[row]?.name === DISCRIMINATE)
        return { judged: tokens, label: classes > 0 && given[row] ? this.#label(given[row]) : undefined };
      if (tokens.length > 0) throw errors.GAN_PROMPT();
      const latent = noiseOf(this.#model.blueprint.settings.latent, luck);
      const label = classes === 0 ? undefined : given[row] ? this.#label(given[row]) : Math.floor(luck() * classes);
      return { latent, truncation: 1, label, letters: this.#letters(luck) };
    });
  }

  #label(given: Tokens): number {
    return labelsOf(this.#model.blueprint, [given])[0]!;
  }

  #letters(luck: Random): Float32Array | undefined {
    const { network, settings, positions, levels } = this.#model.blueprint;
    if (network !== 'text' || settings.draw === 'mode') return undefined;
    return Float32Array.from({ length: positions * levels }, () => -Math.log(-Math.log(luck() || Number.MIN_VALUE)));
  }
}

/** Standard normal numbers. */
export const noiseOf = (size: number, random: Random): Float32Array => Float32Array.from({ length: size }, () => normal(random));
