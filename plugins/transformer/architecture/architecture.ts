import type { Rope } from './rope.ts';

/** What a transformer is made of; the same for one that is trained here, loaded, or exported. */
export interface Architecture {
  readonly vocabulary: number;
  readonly layers: number;
  /** Heads of queries. */
  readonly heads: number;
  /** Heads of keys and values; a divisor of `heads`. */
  readonly kvHeads: number;
  /** The width of one head. */
  readonly headWidth: number;
  /** The width of the residual stream. */
  readonly width: number;
  /** The width inside the feed-forward; of one expert, where there are experts. */
  readonly inner: number;
  readonly activation: 'gelu' | 'gelu_tanh' | 'relu' | 'silu';
  /** Whether the activation is of a gate that is multiplied in: silu makes SwiGLU of it. Shazeer (2020). */
  readonly gated: boolean;
  readonly norm: 'layer' | 'rms';
  readonly epsilon: number;
  /** Norms before each sublayer and after the last, or after each sublayer's sum. Xiong et al. (2020). */
  readonly placement: 'pre' | 'post';
  /** Whether each head's queries and keys pass through a root mean square norm of their own. */
  readonly qkNorm: boolean;
  readonly positions: 'learned' | 'sinusoidal' | 'rotary' | 'alibi' | 'none';
  readonly rope: Rope;
  /** Whether logits are products with the embedding itself. */
  readonly tied: boolean;
  /** Which products have a bias. */
  readonly biases: { readonly qkv: boolean; readonly out: boolean; readonly feedForward: boolean };
  readonly dropout: number;
  /** The most tokens a row may hold. */
  readonly context: number;
  /** How many tokens back attention looks, itself included; absent: all. */
  readonly window?: number;
  /** A mixture of experts in the place of each feed-forward. Shazeer et al. (2017). */
  readonly experts?: { readonly count: number; readonly active: number };
}

/** The most tokens a row may hold; none where a window slides over positions that are relative. */
export const contextOf = ({ context, window, positions }: Architecture): number | undefined =>
  window !== undefined && positions !== 'learned' && positions !== 'sinusoidal' ? undefined : context;
