import {
  add,
  gemm,
  leakyRelu,
  linear,
  mean,
  multiply,
  type Node,
  normalInitial,
  oneHot,
  type Phase,
  reshape,
  stopGradient,
  subtract,
  sum,
  type Update,
  unsqueeze,
  variable,
} from '../../toolkit/index.ts';
import type { Blueprint } from '../blueprint.ts';
import { dcganPair } from './dcgan.ts';
import { densePair } from './dense.ts';
import { makerOf } from './layers.ts';
import type { Reals } from './network.ts';
import { textPair } from './text.ts';

/** How much of the mean of what the mapping makes is kept a step (StyleGAN). */
const KEPT = 0.995;

/** Generator and discriminator; labels are ids [batch]. */
export interface Networks {
  /** Noise [batch, latent] to what the generator reads; with `truncation` [batch], so far from the mean: 1 leaves it. */
  readonly map: (z: Node, phase: Phase, truncation?: Node) => Node;
  /** That to numbers [batch, numbers], or logits [batch, positions, ids]. */
  readonly generate: (w: Node, label: Node | undefined, phase: Phase) => Node;
  /** How real rows look [batch]; above 0 more real than not, in a game that says what that means. */
  readonly judge: (x: Reals, label: Node | undefined) => Node;
}

const PAIRS = { dense: densePair, dcgan: dcganPair, text: textPair } as const;

/** The networks of a blueprint; `judging` takes the turns of the discriminator's power iteration. */
export const networksOf = (blueprint: Blueprint, judging: Phase = {}): Networks => {
  const { settings, classes } = blueprint;
  const { latent, mapping, spectral_norm: spectral, condition } = settings;
  const maker = makerOf(spectral, judging);
  const pair = PAIRS[blueprint.network](blueprint, maker);
  const layers = Array.from({ length: mapping }, (_, at) => linear(`generator.map${at}`, latent, latent));
  const centre = variable('generator.map.mean', [latent]);
  const verdict = maker.linear('discriminator.out', pair.width, 1);
  const classWeight =
    condition === 'projection' ? maker.weight('discriminator.classes', [classes, pair.width], normalInitial(0.02)) : undefined;
  const ones = (label: Node | undefined): Node | undefined => label && oneHot(label, classes);

  return {
    map: (z, { updates }, truncation) => {
      const w = layers.reduce((x, layer) => leakyRelu(layer(x), 0.2), z);
      if (mapping > 0 && updates) updates.push(following(centre, stopGradient(mean(w, { axes: [0] }))));
      if (!truncation) return w;
      const share = unsqueeze(truncation, 1);
      return mapping === 0 ? multiply(w, share) : add(centre, multiply(subtract(w, centre), share));
    },
    generate: (w, label, phase) => pair.generate(w, ones(label), phase),
    judge: (x, label) => {
      const hot = ones(label);
      const features = pair.features(x, condition === 'concatenation' ? hot : undefined);
      const plain = reshape(verdict(features), [x.shape[0]!]);
      return classWeight && hot ? add(plain, sum(multiply(gemm(hot, classWeight), features), { axes: [1] })) : plain;
    },
  };
};

const following = (centre: Node, seen: Node): Update => ({
  variable: centre,
  next: add(multiply(centre, KEPT), multiply(seen, 1 - KEPT)),
});
