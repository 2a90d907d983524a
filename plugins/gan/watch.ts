import type { Sight } from './monitors.ts';

/** What may ail a game, each with what to do about it. */
const AILMENTS = {
  collapse:
    'the generator has collapsed: from different noise it makes the same few rows. Try "game": "wasserstein" with "gradient_penalty": 10, "spectral_norm", "r1", "instance_noise", or a larger batch.',
  vanishing:
    'the gradient of the generator has vanished: the discriminator tells real from generated rows too well. Try "game": "non-saturating" or "wasserstein" with "gradient_penalty": 10, a lower "critic_learning_rate", or "instance_noise".',
} as const;

type Ailment = keyof typeof AILMENTS;

/** Below the first, or the two others together, a batch counts as collapsed: real rows give 1. */
const COLLAPSED = { diversity: 0.2, coverage: 0.5, spacing: 0.5 };

/** What share of its first size is left of a gradient that has vanished. */
const VANISHED = 1e-3;

/** So many looks one after the other must agree. */
const LOOKS = 3;

/** Which share of the steps a game has to find itself. */
const GRACE = 0.2;

/** What a watch remembers. */
export interface Watched {
  readonly seen: Readonly<Record<Ailment, number>>;
  readonly named: readonly Ailment[];
  /** The length of the generator's gradient in the first looks, on average. */
  readonly usual: number;
  readonly looks: number;
  /** Whether the generator that was looked at last is worth keeping. */
  readonly healthy: boolean;
}

/** What a look says. */
export interface Diagnosis {
  readonly watched: Watched;
  /** What is named now, for the first time since it was last well. */
  readonly warning?: string;
}

/** A watch that has seen nothing. */
export const UNWATCHED: Watched = { seen: { collapse: 0, vanishing: 0 }, named: [], usual: 0, looks: 0, healthy: false };

/** Judges a look at the step `done` of `steps`. */
export const diagnose = (
  before: Watched,
  { diversity, coverage, spacing }: Sight,
  gradient: number,
  done: number,
  steps: number,
): Diagnosis => {
  const looks = before.looks + 1;
  const usual = looks <= LOOKS ? before.usual + (gradient - before.usual) / looks : before.usual;
  const young = done < GRACE * steps;
  const ails: Readonly<Record<Ailment, boolean>> = {
    collapse: diversity < COLLAPSED.diversity || (coverage < COLLAPSED.coverage && spacing < COLLAPSED.spacing),
    vanishing: gradient < VANISHED * usual,
  };
  const count = (ailment: Ailment): number => (ails[ailment] && !young ? before.seen[ailment] + 1 : 0);
  const seen = { collapse: count('collapse'), vanishing: count('vanishing') };
  const present = (Object.keys(AILMENTS) as Ailment[]).filter((ailment) => seen[ailment] >= LOOKS);
  const fresh = present.filter((ailment) => !before.named.includes(ailment));
  return {
    watched: { seen, named: present, usual, looks, healthy: !young && coverage > 0 && !ails.collapse && !ails.vanishing },
    ...(fresh.length > 0 && { warning: fresh.map((ailment) => AILMENTS[ailment]).join(' And ') }),
  };
};
