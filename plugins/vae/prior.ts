import { normal, type Random } from '../../core/index.ts';
import { errors } from './errors.ts';
import type { Prior } from './look.ts';
import type { VaeModel } from './model.ts';
import { familyOf } from './options.ts';

/** The standard normal distribution; of a plain autoencoder the Gaussian fitted to its codes, or nothing. */
export const priorOf = (model: VaeModel): Prior => {
  const { latent } = model.settings;
  const family = familyOf(model.settings);
  const luck = (random: Random): Float32Array => Float32Array.from({ length: latent }, () => normal(random));
  if (family.use !== 'autoencoder') return { mean: () => new Float32Array(latent), draw: luck };
  return {
    mean: () => Float32Array.from(model.aggregate.mean),
    draw: (random) => {
      if (family.with.prior === 'none') throw errors.VAE_NO_PRIOR();
      const { mean, factor = [] } = model.aggregate;
      const drawn = luck(random);
      return Float32Array.from(mean, (centre, unit) => factor[unit]!.reduce((sum, weight, at) => sum + weight * drawn[at]!, centre));
    },
  };
};
