import { type Kind, type Law, laws, plainSampler, type Subjects } from '../../../../core/laws/index.ts';
import { honestBackends } from './backends.ts';
import { knowsAtTheEnd, tellsAtTheEnd, unitsSubject } from './code-units.ts';
import { trainerOf } from './counting.ts';
import { Drafting, draftingOf } from './drafting.ts';
import { Filtering, samplerOf } from './filtering.ts';
import { meanSubject } from './mean.ts';
import { chained, Penalising, processorOf } from './penalising.ts';

/** Stages that are right: every law speaks of at least one of its kind. */
export const honest: { readonly [K in Kind]: readonly Subjects[K][] } = {
  tokenizer: [unitsSubject(), unitsSubject(knowsAtTheEnd()), unitsSubject(tellsAtTheEnd())],
  backend: honestBackends,
  processor: [processorOf((settings) => new Penalising(settings))],
  sampler: [
    { ...samplerOf((settings) => new Filtering(settings)), plain: chained },
    draftingOf(() => new Drafting()),
    draftingOf(() => plainSampler),
  ],
  evaluator: [meanSubject()],
  trainer: [trainerOf()],
};

/** What all laws can be held of. */
export const kinds = Object.keys(laws) as Kind[];

/** The laws of a kind, whatever their samples. */
export const lawsOf = (kind: Kind): readonly Law<never>[] => laws[kind] as readonly Law<never>[];
