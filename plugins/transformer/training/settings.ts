import type { Static } from 'typebox';
import { Type } from '../../../core/declaring.ts';

const closed = { additionalProperties: false } as const;
const optional = Type.Optional;
const rate = optional(
  Type.Number({ exclusiveMinimum: 0, description: 'The learning rate at its highest; 1e-3 unless told, of sgd 0.1, of lion 1e-4.' }),
);
const decay = optional(Type.Number({ minimum: 0, description: 'How much weights of two axes shrink, times the learning rate.' }));
const betas = optional(
  Type.Array(Type.Number({ minimum: 0, exclusiveMaximum: 1 }), {
    minItems: 2,
    maxItems: 2,
    description: 'How much of the mean, and of the mean square, is kept.',
  }),
);
const epsilon = optional(Type.Number({ exclusiveMinimum: 0, description: 'What keeps a division from zero.' }));
const share = (description: string) => optional(Type.Number({ minimum: 0, exclusiveMaximum: 1, description }));

const OPTIMIZERS = {
  adamw: Type.Object({ learning_rate: rate, betas, epsilon, weight_decay: decay }, closed),
  adam: Type.Object({ learning_rate: rate, betas, epsilon }, closed),
  lion: Type.Object({ learning_rate: rate, betas, weight_decay: decay }, closed),
  sgd: Type.Object(
    {
      learning_rate: rate,
      momentum: share('How much of the last move is kept.'),
      nesterov: optional(Type.Boolean({ description: 'Whether the slope is taken where the move leads.', examples: [true] })),
    },
    closed,
  ),
  rmsprop: Type.Object({ learning_rate: rate, decay: share('How much of the mean square is kept.'), epsilon }, closed),
} as const;

const warmup = optional(Type.Integer({ minimum: 0, description: 'Steps over which the rate first rises; 0 unless told.' }));
const floor = optional(Type.Number({ minimum: 0, description: 'The rate at the end; 0 unless told.' }));

const SCHEDULES = {
  constant: Type.Object({ warmup }, closed),
  linear: Type.Object({ warmup, floor }, closed),
  cosine: Type.Object({ warmup, floor }, closed),
  inverse_square_root: Type.Object({ warmup }, closed),
  one_cycle: Type.Object({ warmup }, closed),
} as const;

/** One of a family by its name, with its settings where any are given. */
export type Named = string | { readonly use: string; readonly with?: Readonly<Record<string, unknown>> };

/** Its schema. */
const named = <F extends Readonly<Record<string, ReturnType<typeof Type.Object>>>>(family: F, description: string) =>
  Type.Optional(
    Type.Unsafe<Named>(
      Type.Union(
        Object.entries(family).flatMap(([name, settings]) => [
          Type.Literal(name),
          Type.Object({ use: Type.Literal(name), with: optional(settings) }, closed),
        ]),
        { expects: `${Object.keys(family).join(', ')}, or { "use": one of these, "with": its settings }`, description },
      ),
    ),
  );

/** How a transformer is trained: `train` of a backend. */
export const TransformerTraining = Type.Object(
  {
    steps: Type.Integer({ minimum: 1, default: 1000, description: 'How many steps of the optimiser.' }),
    batch: Type.Integer({ minimum: 1, default: 16, description: 'How many windows a step learns from.' }),
    length: optional(Type.Integer({ minimum: 1, description: 'How many tokens a window has; the context unless told.' })),
    pack: Type.Boolean({
      default: true,
      description: 'Whether short rows share a window; none sees another. Rows longer than a window are read at random places.',
    }),
    optimizer: named(OPTIMIZERS, 'What follows the gradient; adamw unless told.'),
    schedule: named(SCHEDULES, 'How the learning rate moves; cosine unless told.'),
    clip: Type.Number({ exclusiveMinimum: 0, default: 1, description: 'The most that all gradients together may be long.' }),
    accumulate: Type.Integer({ minimum: 1, default: 1, description: 'How many batches make a step.' }),
    average: share('How much of a moving average of the weights is kept each step; the average is then the model. None unless told.'),
    sample_every: optional(
      Type.Integer({ minimum: 1, description: 'After how many steps each a sample is shown while it trains; none unless told.' }),
    ),
    label_smoothing: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
      description: 'How much of each target is spread over all ids.',
    }),
    balance: Type.Number({
      minimum: 0,
      default: 0.01,
      description: 'What the even use of experts weighs in the loss, where there are experts.',
    }),
  },
  closed,
);

export type TransformerTraining = Static<typeof TransformerTraining>;
