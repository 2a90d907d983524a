import { misfit } from '../../check/compatibility.ts';
import { capabilitiesOf, type Offer, type Registry } from '../../plugin/registry.ts';
import type { StageKind } from '../../plugin/stage-kinds.ts';
import { validate } from '../../settings/validate.ts';
import { type Capabilities, NEXT_LOGITS, takesSome } from '../../stages/capabilities.ts';

/** What files of pipelines are made of. */
export interface Ingredients {
  /** The names that may be used, by verb; a backend's stand under `decode`. Absent: every one that the plugins offer. */
  readonly uses?: { readonly [V in StageKind]?: readonly string[] };
  /** Files of text that are there to learn from; absent: `data.txt`. Where the list is empty no pipeline names data. */
  readonly files?: readonly string[];
}

/** A backend, and what fits it. */
export interface Fitting {
  readonly backend: Offer;
  readonly tokenize: Offer;
  readonly sample: Offer;
  readonly process: readonly Offer[];
  readonly evaluate: readonly Offer[];
  readonly readers: readonly Offer[];
}

const offersOf = (registry: Registry, verb: StageKind, { uses = {} }: Ingredients): readonly Offer[] =>
  registry.offers(verb).filter(({ name }) => uses[verb]?.includes(name) ?? true);

/** What a stage declares where a file says so much of its settings. */
export const capabilitiesUnder = (offer: Offer, settings: unknown = {}): Capabilities => {
  const schema = offer.definition.options;
  const filled = structuredClone(settings);
  if (schema) validate(schema, filled);
  return capabilitiesOf(offer, filled);
};

export const meets = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined): boolean =>
  !one || !other || one.some((it) => other.includes(it));

export const sameRaw = (one: Capabilities, other: Capabilities): boolean => !one.raw || !other.raw || one.raw === other.raw;

export const fitting = (registry: Registry, ingredients: Ingredients): Fitting[] => {
  const offers = (verb: StageKind): readonly Offer[] => offersOf(registry, verb, ingredients);
  const backends = offers('decode').filter(({ name }) => registry.find('encode', name) && registry.find('attend', name));
  return backends.flatMap((backend) => {
    const { predictions } = capabilitiesUnder(backend);
    return offers('tokenize').flatMap((tokenize) =>
      offers('sample')
        .filter((sample) => takesSome(capabilitiesUnder(sample).predictions, predictions))
        .map((sample) => ({
          backend,
          tokenize,
          sample,
          process: offers('process').filter((one) => takesSome(capabilitiesUnder(one).predictions ?? NEXT_LOGITS, predictions)),
          evaluate: offers('evaluate').filter(
            (one) =>
              !misfit(
                { ...capabilitiesUnder(one), within: one.definition.within?.name },
                backend.name,
                capabilitiesUnder(backend),
                capabilitiesUnder(tokenize),
              ),
          ),
          readers: offers('read').filter((reader) => sameRaw(capabilitiesUnder(reader), capabilitiesUnder(tokenize))),
        })),
    );
  });
};
