import type { Static } from 'typebox';
import { linear, type Node } from '../../toolkit/index.ts';
import type { Layout } from '../layout.ts';
import { familyOf, networkOf, type VaeOptions } from '../options.ts';
import { convolutions } from './convolutions.ts';
import { dense } from './dense.ts';
import { beside } from './perceptron.ts';

/** A diagonal normal distribution over codes, [n, latent]; of a plain autoencoder the mean alone. */
export interface Posterior {
  readonly mean: Node;
  readonly logVariance?: Node;
}

/** The two networks; all calls share their parameters. */
export interface Networks {
  /** From what stands for rows [n, length, inputs], and what they are conditioned on [n, classes]. */
  readonly encode: (x: Node, given?: Node) => Posterior;
  /** From codes [n, latent] to the parameters of each position's likelihood [n, length, outputs]. */
  readonly decode: (z: Node, given?: Node) => Node;
}

/** The networks that settings ask for. */
export const networksOf = (settings: Static<typeof VaeOptions>, layout: Layout): Networks => {
  const { latent } = settings;
  const chosen = networkOf(settings);
  const reads = latent + layout.classes;
  const { down, up, features } = chosen.use === 'dense' ? dense(layout, chosen.with.layers, reads) : convolutions(layout, chosen, reads);
  const mean = linear('posterior.mean', features, latent);
  const spread = familyOf(settings).use === 'autoencoder' ? undefined : linear('posterior.log_variance', features, latent);
  return {
    encode: (x, given) => {
      const seen = down(x, given);
      return { mean: mean(seen), ...(spread && { logVariance: spread(seen) }) };
    },
    decode: (z, given) => up(beside(z, given)),
  };
};
