import { type Static, Type } from '../../core/declaring.ts';

/** What may be asked of a GAN besides plain sampling. */
export const TASKS = ['interpolate', 'vary', 'truncate'] as const;

const closed = { additionalProperties: false } as const;

const choice = <const T extends string>(names: readonly T[], fallback: T, description: string) =>
  Type.Unsafe<T>(Type.Enum([...names], { default: fallback, description }));

/** The settings of a GAN: what its two networks are. */
export const GanOptions = Type.Object(
  {
    network: choice(
      ['auto', 'dense', 'dcgan', 'text'],
      'auto',
      'dense: numbers in a row. dcgan: convolutions over pictures. text: convolutions over letters. auto: what the tokenizer suggests.',
    ),
    latent: Type.Integer({ minimum: 1, maximum: 4096, default: 64, description: 'How many numbers of noise a row is made from.' }),
    width: Type.Integer({
      minimum: 1,
      maximum: 4096,
      default: 64,
      description: 'Units of a dense layer; channels of a text layer; channels of the widest layer of a dcgan generator.',
    }),
    depth: Type.Integer({
      minimum: 1,
      maximum: 8,
      default: 2,
      description: 'Hidden layers of each network; of a dcgan, how often it doubles and halves its pictures.',
    }),
    mapping: Type.Integer({
      minimum: 0,
      maximum: 8,
      default: 0,
      description: 'Layers between the noise and what the generator reads (StyleGAN); 0: it reads the noise.',
    }),
    condition: choice(
      ['none', 'concatenation', 'projection'],
      'none',
      'How the discriminator sees the label that a row is given: as further inputs, or through an inner product with its last layer.',
    ),
    spectral_norm: Type.Boolean({
      default: false,
      description: 'Divides every weight of the discriminator by its largest singular value.',
    }),
    length: Type.Integer({
      minimum: 1,
      maximum: 1024,
      default: 16,
      description: 'Positions of a text network, the end of the row included; longer rows are an error.',
    }),
    draw: choice(
      ['mode', 'sample'],
      'mode',
      'How a text network says a letter: the likeliest, or one drawn by the probabilities that it was trained with.',
    ),
  },
  closed,
);

const rate = (fallback: number, whose: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 1, default: fallback, description: `The ${whose}'s learning rate.` });
const weight = (description: string) => Type.Number({ minimum: 0, maximum: 10000, default: 0, description });

/** How a GAN is trained. */
export const GanTraining = Type.Object(
  {
    steps: Type.Integer({ minimum: 1, default: 2000, description: 'Steps of the generator.' }),
    batch: Type.Integer({ minimum: 1, maximum: 8192, default: 64, description: 'Rows of a step.' }),
    game: choice(
      ['non-saturating', 'saturating', 'least-squares', 'hinge', 'wasserstein'],
      'non-saturating',
      'What the two networks play for.',
    ),
    critic_steps: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'Steps of the discriminator before each of the generator.',
    }),
    learning_rate: rate(2e-4, 'generator'),
    critic_learning_rate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: "The discriminator's learning rate; absent: the generator's.",
        examples: [4e-4],
      }),
    ),
    betas: Type.Tuple([Type.Number({ minimum: 0, exclusiveMaximum: 1 }), Type.Number({ minimum: 0, exclusiveMaximum: 1 })], {
      default: [0.5, 0.999],
      description: "How much Adam keeps of a gradient's mean and of its square.",
    }),
    decay: choice(['none', 'linear'], 'none', 'Whether the learning rates fall in a line to 0 over the steps.'),
    gradient_penalty: weight('Weight of (|gradient| − 1)² of the discriminator between real and generated rows (WGAN-GP); 10 is usual.'),
    r1: weight('Weight γ of ½γ|gradient|² of the discriminator at real rows.'),
    clip: weight("Holds every weight of the discriminator between −clip and clip; 0: leaves them; 0.01 is Wasserstein GAN's."),
    average: Type.Number({
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.999,
      description:
        "How much of a moving average of the generator's weights each step keeps; samples are made with the average. 0: with the last weights.",
    }),
    instance_noise: Type.Number({
      minimum: 0,
      maximum: 10,
      default: 0,
      description:
        'Deviation of the noise on what the discriminator sees, real and generated, at the start; it falls in a line to 0 over the steps.',
    }),
    temperature: Type.Tuple([Type.Number({ exclusiveMinimum: 0, maximum: 100 }), Type.Number({ exclusiveMinimum: 0, maximum: 100 })], {
      default: [1, 0.5],
      description: "A text network's Gumbel-softmax temperature at the first and at the last step; in between it falls geometrically.",
    }),
    monitor: Type.Integer({ minimum: 1, default: 50, description: 'Every so many steps the generator is looked at.' }),
    on_collapse: choice(
      ['warn', 'stop'],
      'warn',
      'Whether a training that collapses or whose gradient vanishes goes on with a warning, or stops with an error.',
    ),
    device: choice(['cpu', 'auto', 'webgpu', 'cuda'], 'cpu', 'Where training runs; auto: on a GPU where there is one.'),
    threads: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1024, description: 'Threads of training; absent: as many as cores.', examples: [1] }),
    ),
  },
  closed,
);

/** Settings of the evaluator `realism`. */
export const RealismOptions = Type.Object(
  {
    model: Type.String({
      description: "The model of a GAN whose discriminator judges: a folder, or a pipeline's file.",
      examples: ['models/gan-image'],
    }),
  },
  closed,
);

/** What a GAN is. */
export type GanSettings = Static<typeof GanOptions>;

/** How one is trained. */
export type TrainingSettings = Static<typeof GanTraining>;

/** Whether nothing holds a Wasserstein discriminator's slope. */
export const isUnbounded = ({ spectral_norm }: GanSettings, { game, gradient_penalty, clip }: TrainingSettings): boolean =>
  game === 'wasserstein' && gradient_penalty === 0 && clip === 0 && !spectral_norm;
