import { Type } from '../../core/declaring.ts';

const repetition_penalty = Type.Number({
  exclusiveMinimum: 0,
  default: 1,
  description: 'Logits of ids that the row holds already are divided by it where positive, multiplied where negative.',
  examples: [1.1],
});

/** Settings of the sampler `greedy`. */
export const GreedyOptions = Type.Object({ repetition_penalty }, { additionalProperties: false });

/** Settings of the sampler `sampling`, named and meant as in Hugging Face's generation_config.json; what is left out filters nothing. */
export const SamplingOptions = Type.Object(
  {
    temperature: Type.Number({
      exclusiveMinimum: 0,
      default: 1,
      description: 'Logits are divided by it: below 1 is bolder, above 1 more varied.',
      examples: [0.8],
    }),
    top_k: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Only the k most likely ids, and those as likely as the last of them; 0: all.',
      examples: [40],
    }),
    top_p: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description: 'Only the fewest likeliest ids that together have this probability.',
      examples: [0.95],
    }),
    min_p: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Only ids with at least this share of the likeliest one’s probability.',
      examples: [0.05],
    }),
    repetition_penalty,
  },
  { additionalProperties: false },
);

/** What a processor of one setting takes: it is there to be set, so it has no default. */
const alone = <K extends keyof (typeof SamplingOptions)['properties'], S extends object>(setting: K, bounds: S) => {
  const { default: _, ...schema } = SamplingOptions.properties[setting] as (typeof SamplingOptions)['properties'][K] & {
    default?: unknown;
  };
  return Type.Object({ [setting]: { ...schema, ...bounds } } as unknown as Pick<(typeof SamplingOptions)['properties'], K>, {
    additionalProperties: false,
  });
};

/** Settings of the processors that do one thing each. */
export const TemperatureOptions = alone('temperature', {});
export const TopKOptions = alone('top_k', {
  minimum: 1,
  description: 'Only the k most likely ids, and those as likely as the last of them.',
});
export const TopPOptions = alone('top_p', {});
export const MinPOptions = alone('min_p', {});
export const RepetitionPenaltyOptions = alone('repetition_penalty', {});
