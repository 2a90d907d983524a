import { type Static, Type } from '../settings/type.ts';

const closed = { additionalProperties: false } as const;

const Example = Type.Object(
  {
    prompt: Type.Optional(Type.String({ description: 'What the sample begins with.', examples: ['Zir'] })),
    expected: Type.Optional(Type.String({ description: 'The whole sample, its prompt included.', examples: ['Zircon'] })),
    matches: Type.Optional(Type.String({ description: 'A regular expression that fits somewhere in the sample.', examples: ['ite$'] })),
    seed: Type.Optional(Type.Integer({ minimum: 0, description: "The sample's luck; absent: the pipeline's seed.", examples: [7] })),
    max_new_tokens: Type.Optional(Type.Integer({ minimum: 1, description: 'At most so many tokens.', examples: [20] })),
  },
  { ...closed, description: 'An input and what must come of it: "expected", "matches", or both.' },
);

const Bound = Type.Object(
  {
    minimum: Type.Optional(Type.Number({ description: 'The least it may be.', examples: [0.4] })),
    maximum: Type.Optional(Type.Number({ description: 'The most it may be.', examples: [6] })),
  },
  { ...closed, minProperties: 1, expects: 'an object with "minimum", "maximum" or both', description: 'What a measure must keep to.' },
);

const Property = Type.Object(
  {
    law: Type.String({
      description: 'The name of a law, or its beginning: `tokenize/` is every law of tokenizers.',
      examples: ['tokenize/round-trip'],
    }),
    runs: Type.Optional(Type.Integer({ minimum: 1, default: 100, description: 'How many samples it is held to.', examples: [1000] })),
    seed: Type.Optional(Type.Integer({ minimum: 0, description: 'Of those samples; absent: one that is always the same.', examples: [7] })),
  },
  { ...closed, description: "A law that the pipeline's own stages are held to." },
);

/** The `tests` of a pipeline. */
export const Expectations = Type.Object(
  {
    examples: Type.Optional(Type.Array(Example, { description: 'Inputs and what must come of them.' })),
    measures: Type.Optional(
      Type.Record(Type.String(), Bound, {
        description: 'Bounds by measure: `likelihood.perplexity`.',
        examples: [{ 'likelihood.perplexity': { maximum: 6 } }],
      }),
    ),
    laws: Type.Optional(Type.Array(Property, { description: 'Laws with how often and with what luck they are held.' })),
  },
  { ...closed, description: 'What `stagewright test` holds the pipeline to.' },
);

export type Expectations = Static<typeof Expectations>;
