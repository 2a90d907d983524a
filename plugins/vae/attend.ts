import type { Attended, Attention, StepContext } from '../../core/index.ts';
import { divergence, type Latents } from './latents.ts';
import { draw, look, type Prior } from './look.ts';
import type { VaeModel } from './model.ts';
import { priorOf } from './prior.ts';

/** Chooses the code that each row looks at: a draw, a mean, a place on a path. Rows remember nothing. */
export class VaeAttention implements Attention<Latents, never> {
  readonly #model: VaeModel;
  readonly #prior: Prior;

  constructor(model: VaeModel) {
    this.#model = model;
    this.#prior = priorOf(model);
  }

  attend({ posteriors, given }: Latents, _: unknown, { random, task }: StepContext): Attended<Latents, never> {
    const { latent } = this.#model.settings;
    const codes = new Float32Array(posteriors.length * latent);
    posteriors.forEach((ofRow, row) => {
      const sight = { posteriors: ofRow, prior: this.#prior, random: random[row]!, latent };
      codes.set(task[row] ? look(sight, task[row]) : draw(sight), row * latent);
    });
    const cost = posteriors.map(([posterior]) => (posterior && this.#model.variational ? divergence(posterior) : 0));
    return { hidden: { posteriors, given, codes, cost }, memory: posteriors.map(() => undefined) };
  }
}
