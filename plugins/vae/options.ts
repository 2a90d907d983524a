import type { Static, TObject } from 'typebox';
import { Type } from '../../core/declaring.ts';

const closed = { additionalProperties: false } as const;

const Variational = Type.Object(
  {
    beta: Type.Number({ minimum: 0, default: 1, description: 'The weight of the divergence; 1: the ELBO. Higgins et al. (2017).' }),
    annealing: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Over so many steps the weight rises in a line from 0. Bowman et al. (2016).',
    }),
    free_bits: Type.Number({
      minimum: 0,
      default: 0,
      description: 'Nats of divergence that each latent unit has for nothing. Kingma et al. (2016).',
    }),
  },
  closed,
);
const Weighted = Type.Object(
  { samples: Type.Integer({ minimum: 1, maximum: 1000, default: 5, description: 'Codes drawn for each row. Burda et al. (2016).' }) },
  closed,
);
const Plain = Type.Object(
  {
    prior: Type.Union([Type.Literal('none'), Type.Literal('gaussian')], {
      default: 'none',
      expects: '"none" or "gaussian"',
      description:
        'Where new codes come from: nowhere, so that sampling is refused; or a Gaussian fitted to the codes of the training rows.',
    }),
  },
  closed,
);
const families = { vae: Variational, importance_weighted: Weighted, autoencoder: Plain } as const;

/** The name of a family, and its settings. */
export type Family = {
  [F in keyof typeof families]: { readonly use: F; readonly with: Static<(typeof families)[F]> };
}[keyof typeof families];

const Dense = Type.Object(
  {
    layers: Type.Array(Type.Integer({ minimum: 1, maximum: 65536 }), {
      maxItems: 12,
      default: [400],
      description: 'The width of each layer; the decoder mirrors them.',
    }),
  },
  closed,
);
const Convolutions = Type.Object(
  {
    channels: Type.Array(Type.Integer({ minimum: 1, maximum: 4096 }), {
      minItems: 1,
      maxItems: 8,
      default: [16, 32],
      description: 'Of each convolution, 4 wide with stride 2; the decoder mirrors them.',
    }),
    width: Type.Integer({ minimum: 1, maximum: 65536, default: 256, description: 'Of the dense layer between convolutions and code.' }),
  },
  closed,
);
const networks = { dense: Dense, conv: Convolutions, conv1d: Convolutions } as const;

/** The name of a network, and its settings. */
export type NetworkChoice = {
  [N in keyof typeof networks]: { readonly use: N; readonly with: Static<(typeof networks)[N]> };
}[keyof typeof networks];

/** One of several by name, with settings where wanted. */
type Named = string | { readonly use: string; readonly with?: Readonly<Record<string, unknown>> };

const choiceOf = (choices: Readonly<Record<string, TObject>>, first: string, about: string) => {
  const expects = `${Object.keys(choices).join(', ')}, or { "use": one of these, "with": its settings }`;
  const forms = Object.entries(choices).flatMap(([name, settings]) => [
    Type.Literal(name),
    Type.Object({ use: Type.Literal(name), with: Type.Optional(Type.Partial(settings, closed)) }, closed),
  ]);
  return Type.Union(forms, { default: first, expects, description: `${about}: ${expects}.` });
};

/** What was chosen, its defaults filled in. */
const chosen = (choices: Readonly<Record<string, TObject>>, named: Named): unknown => {
  const { use, with: given = {} } = typeof named === 'string' ? { use: named } : named;
  const defaults = Object.entries(choices[use]!.properties).map(([name, schema]) => [name, (schema as { default?: unknown }).default]);
  return { use, with: { ...Object.fromEntries(defaults), ...given } };
};

const Corruption = Type.Union(
  [
    Type.Object(
      {
        use: Type.Literal('gaussian'),
        deviation: Type.Number({ exclusiveMinimum: 0, description: 'Of the noise; levels go from 0 to 1.' }),
        clip: Type.Optional(Type.Boolean({ default: false, description: 'Whether what leaves [0, 1] is brought back.' })),
      },
      closed,
    ),
    Type.Object(
      {
        use: Type.Literal('masking'),
        share: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Of the positions that are blanked.' }),
      },
      closed,
    ),
    Type.Object(
      {
        use: Type.Literal('salt_and_pepper'),
        share: Type.Number({
          exclusiveMinimum: 0,
          maximum: 1,
          description: 'Of the positions that become the lowest or the highest level.',
        }),
      },
      closed,
    ),
  ],
  {
    expects: '{ "use": "gaussian", "deviation": … }, { "use": "masking", "share": … } or { "use": "salt_and_pepper", "share": … }',
    description: 'Rows are encoded with this done to them, and decoded as they were: a denoising autoencoder. Vincent et al. (2008).',
  },
);

/** What is done to rows before they are encoded. */
export type Corruption = Static<typeof Corruption>;

/** The settings of an autoencoder. */
export const VaeOptions = Type.Object(
  {
    family: Type.Unsafe<Named>(choiceOf(families, 'vae', 'What is learned')),
    latent: Type.Integer({ minimum: 1, maximum: 4096, default: 20, description: 'How many numbers a code has.' }),
    network: Type.Unsafe<Named>(choiceOf(networks, 'dense', 'Dense layers; convolutions over pictures; convolutions along texts')),
    likelihood: Type.Union([Type.Literal('categorical'), Type.Literal('logistic')], {
      default: 'categorical',
      expects: '"categorical" or "logistic"',
      description: 'Of each position: a probability for each id; or a discretised logistic over levels in order.',
    }),
    conditional: Type.Boolean({ default: false, description: 'Whether rows are conditioned on what they are given: a label.' }),
    corruption: Type.Optional(Corruption),
    length: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65536,
        description: 'The most tokens of a row, stop included, where the tokenizer knows no shape.',
      }),
    ),
    device: Type.Union([Type.Literal('auto'), Type.Literal('cpu'), Type.Literal('webgpu'), Type.Literal('cuda')], {
      default: 'cpu',
      expects: '"auto", "cpu", "webgpu" or "cuda"',
      description: 'Where it computes; "auto": a GPU that is there, else the CPU.',
    }),
    threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 256, description: 'Within one operator; absent: as many as cores.' })),
  },
  closed,
);

/** How an autoencoder is trained. */
export const VaeTraining = Type.Object(
  {
    epochs: Type.Number({ exclusiveMinimum: 0, default: 10, description: 'Passes over the training rows.' }),
    batch: Type.Integer({ minimum: 1, maximum: 65536, default: 128, description: 'Rows a step.' }),
    learning_rate: Type.Number({ exclusiveMinimum: 0, default: 1e-3, description: 'Of Adam; the highest.' }),
    schedule: Type.Union([Type.Literal('constant'), Type.Literal('cosine')], {
      default: 'constant',
      expects: '"constant" or "cosine"',
      description: 'How the learning rate goes: as it is, or along half a cosine to 0.',
    }),
    warmup: Type.Integer({ minimum: 0, default: 0, description: 'Steps over which the learning rate first rises.' }),
    clip: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'The most that the length of all gradients may be.' })),
  },
  closed,
);

/** The settings of the evaluator that looks at codes. */
export const LatentOptions = Type.Object(
  {
    draws: Type.Integer({
      minimum: 1,
      maximum: 5000,
      default: 100,
      description: 'Codes drawn for a row where its likelihood is bounded by many.',
    }),
    bound_rows: Type.Integer({ minimum: 1, default: 100, description: 'How many of the held-out rows are bounded so.' }),
    codes: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'A file for the codes of the held-out rows, in their order: .npy or .jsonl, relative to the current folder.',
        examples: ['codes.npy'],
      }),
    ),
    seed: Type.Integer({ minimum: 0, default: 0, description: 'Of what it draws.' }),
  },
  closed,
);

/** The family that is meant. */
export const familyOf = ({ family }: { readonly family: Named }): Family => chosen(families, family) as Family;

/** The network that is meant. */
export const networkOf = ({ network }: { readonly network: Named }): NetworkChoice => chosen(networks, network) as NetworkChoice;
