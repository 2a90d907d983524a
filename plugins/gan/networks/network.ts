import type { Node, Phase } from '../../toolkit/index.ts';

/** What a row is while networks play: numbers from −1 to 1 [batch, numbers], or a distribution over ids at every position [batch, positions, ids]. */
export type Reals = Node;

/** The two networks of one kind; each function may be applied more than once and uses the same weights. */
export interface Pair {
  /** From what the mapping made of the noise [batch, latent], and the label in ones and zeros [batch, classes], to numbers or to logits. */
  readonly generate: (w: Node, label: Node | undefined, phase: Phase) => Node;
  /** The features of rows [batch, width], the label among them where it is concatenated. */
  readonly features: (x: Reals, label: Node | undefined) => Node;
  /** How wide those are. */
  readonly width: number;
}
