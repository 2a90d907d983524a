import {
  add,
  binaryCrossEntropy,
  constant,
  expandTo,
  mean,
  multiply,
  type Node,
  negate,
  relu,
  square,
  subtract,
} from '../toolkit/index.ts';
import type { TrainingSettings } from './options.ts';

/** What each network wants to make small, from how the discriminator judges real and generated rows [batch]. */
export interface Game {
  readonly discriminator: (real: Node, fake: Node) => Node;
  readonly generator: (fake: Node) => Node;
}

const entropy = (logits: Node, target: 0 | 1): Node => mean(binaryCrossEntropy(logits, expandTo(constant(target), logits.shape)));
const told = (real: Node, fake: Node): Node => add(entropy(real, 1), entropy(fake, 0));
const distance = (x: Node, from: number): Node => multiply(mean(square(subtract(x, from))), 0.5);

/** The family of games, by the names of their settings. */
export const games: Readonly<Record<TrainingSettings['game'], Game>> = {
  /** Goodfellow et al. (2014), as they advise to train it. */
  'non-saturating': { discriminator: told, generator: (fake) => entropy(fake, 1) },
  /** Goodfellow et al. (2014): one game of two. */
  saturating: { discriminator: told, generator: (fake) => negate(entropy(fake, 0)) },
  /** Mao et al. (2017). */
  'least-squares': {
    discriminator: (real, fake) => add(distance(real, 1), distance(fake, 0)),
    generator: (fake) => distance(fake, 1),
  },
  /** Lim and Ye (2017); Miyato et al. (2018). */
  hinge: {
    discriminator: (real, fake) => add(mean(relu(subtract(1, real))), mean(relu(add(fake, 1)))),
    generator: (fake) => negate(mean(fake)),
  },
  /** Arjovsky, Chintala and Bottou (2017). */
  wasserstein: {
    discriminator: (real, fake) => subtract(mean(fake), mean(real)),
    generator: (fake) => negate(mean(fake)),
  },
};
