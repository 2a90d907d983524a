import type { Static } from 'typebox';
import { Type } from '../../core/declaring.ts';

const closed = { additionalProperties: false } as const;

const Network = Type.Object(
  {
    network: Type.String({ minLength: 1, examples: ['inception.onnx'], description: 'An .onnx file, relative to the pipeline.' }),
    output: Type.Optional(Type.String({ examples: ['pool'], description: 'Its output of features; absent: the first.' })),
    logits: Type.Optional(Type.String({ examples: ['logits'], description: 'Its output of logits, by which classes are told.' })),
    mean: Type.Optional(
      Type.Number({ examples: [0.5], description: 'What is taken off values from 0 to 1 before it sees them; absent: 0.' }),
    ),
    deviation: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, examples: [0.5], description: 'What they are then divided by; absent: 1.' }),
    ),
  },
  closed,
);

/** Where features come from. */
export type FeaturesOption = 'values' | 'classifier' | Static<typeof Network>;

const features = (preset: 'values' | 'classifier') =>
  Type.Unsafe<FeaturesOption>(
    Type.Union([Type.Literal('values'), Type.Literal('classifier'), Network], {
      default: preset,
      expects: '"values", "classifier" or { "network": an .onnx file }',
      description:
        'What rows are compared by. values: their own values, from 0 to 1. classifier: 64 features of a small network that learns the labels of the training data, once, and is kept beside the models. { "network": path }: the features of a network of your own, such as Inception.',
    }),
  );

const classifying = (preset: 'classifier') =>
  Type.Unsafe<Exclude<FeaturesOption, 'values'>>(
    Type.Union([Type.Literal('classifier'), Network], {
      default: preset,
      expects: '"classifier" or { "network": an .onnx file, "logits": its output }',
      description:
        'What tells classes. classifier: a small network that learns the labels of the training data, once, and is kept beside the models. { "network": path, "logits": name }: a network of your own.',
    }),
  );

const rows = (preset: number) =>
  Type.Integer({
    minimum: 2,
    maximum: 100_000,
    default: preset,
    examples: [5000],
    description: 'At most so many rows of each set are compared pair by pair, chosen by their hash.',
  });

const resamples = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  default: 0,
  examples: [1000],
  description: 'Resamplings for 95% intervals, such as 1000; 0: no intervals.',
});

const MEASURES = ['fid', 'kid', 'precision_recall', 'density_coverage'] as const;

/** Settings of the evaluator `distances`. */
export const DistancesOptions = Type.Object(
  {
    features: features('values'),
    measures: Type.Array(Type.Unsafe<(typeof MEASURES)[number]>({ enum: [...MEASURES] }), {
      minItems: 1,
      uniqueItems: true,
      default: [...MEASURES],
      description: 'Which are taken.',
    }),
    neighbours: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 5,
      description: 'How many nearest neighbours a ball around a row holds.',
    }),
    rows: rows(2000),
    resamples,
  },
  closed,
);

/** Settings of the evaluator `classes`. */
export const ClassesOptions = Type.Object({ features: classifying('classifier'), resamples }, closed);

/** Settings of the evaluator `memorisation`. */
export const MemorisationOptions = Type.Object({ features: features('values'), rows: rows(10_000), resamples }, closed);
